package dev.varve.contract;

/**
 * {@code spec} of a RolloutPolicy (contract.md section 1) as far as it is acted on today. A pool without a policy has
 * {@link #DEFAULT}.
 *
 * @param prefetchMaxParallel nodes that may stage at the same time
 * @param haltAfter failed nodes on one image after which no further node gets it
 * @param build how its images are built
 * @param agent what goes to the nodes
 */
public record RolloutSpec(
        IntOrPercent prefetchMaxParallel, int haltAfter, BuildSpec build, AgentPolicy agent) {

    public static final RolloutSpec DEFAULT =
            new RolloutSpec(IntOrPercent.share(25), 1, BuildSpec.DEFAULT, AgentPolicy.DEFAULT);

    /** @throws ContractException naming the field and the value */
    public static RolloutSpec from(Tree spec) {
        Tree parallel = spec.at("prefetch").at("maxParallel");
        return new RolloutSpec(
                parallel.value() == null ? DEFAULT.prefetchMaxParallel : IntOrPercent.parse(parallel.path(), parallel.value()),
                atLeastOne(spec.at("failure").at("haltAfter"), DEFAULT.haltAfter),
                BuildSpec.from(spec.at("build")),
                AgentPolicy.from(spec));
    }

    private static int atLeastOne(Tree tree, int fallback) {
        int number = tree.integer().orElse(fallback);
        if (number < 1) {
            throw new ContractException(tree.path(), number, "want 1 or more");
        }
        return number;
    }
}
