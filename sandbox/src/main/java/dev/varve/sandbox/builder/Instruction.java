package dev.varve.sandbox.builder;

/**
 * One instruction of a Containerfile.
 *
 * @param keyword in upper case
 * @param arguments the rest, continuation lines joined
 */
record Instruction(String keyword, String arguments) {

    @Override
    public String toString() {
        return keyword + " " + arguments;
    }
}
