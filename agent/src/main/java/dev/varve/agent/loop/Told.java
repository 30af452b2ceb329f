package dev.varve.agent.loop;

/** How telling the Node went. */
enum Told {
    /** The Node says what was decided, or will in a moment. */
    Yes,
    /** It does, and its answer shows that the decision rests on an old request. */
    Outdated,
    /** The API server could not be told. */
    No
}
