package dev.varve.contract;

/**
 * {@code spec} of a RolloutPolicy (contract.md section 1) as far as it is acted on today. A pool without a policy has
 * {@link #DEFAULT}.
 *
 * @param prefetchMaxParallel nodes that may stage at the same time
 * @param haltAfter failed nodes on one image after which no further node gets it
 * @param retainImages newest images of the pool that stay in the registry whatever nodes run, 1 or more
 * @param build how its images are built
 * @param agent what goes to the nodes
 */
public record RolloutSpec(
        IntOrPercent prefetchMaxParallel, int haltAfter, int retainImages, BuildSpec build, AgentPolicy agent) {

    public static final RolloutSpec DEFAULT =
            new RolloutSpec(IntOrPercent.share(25), 1, 3, BuildSpec.DEFAULT, AgentPolicy.DEFAULT);

    /** @throws ContractException naming the field and the value */
    public static RolloutSpec from(Tree spec) {
        Tree parallel = spec.at("prefetch").at("maxParallel");
        return new RolloutSpec(
                parallel.value() == null ? DEFAULT.prefetchMaxParallel : IntOrPercent.parse(parallel.path(), parallel.value()),
                atLeastOne(spec.at("failure").at("haltAfter"), DEFAULT.haltAfter),
                atLeastOne(spec.at("retention").at("images"), DEFAULT.retainImages),
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
