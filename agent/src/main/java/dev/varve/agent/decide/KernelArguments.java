package dev.varve.agent.decide;

import java.util.List;

/**
 * What the kernel's command line is to be: more is allowed on it, from the image or from people.
 *
 * @param wanted to be there
 * @param dropped not to be there: they were wanted with the last confirmed boot, and no longer are
 */
public record KernelArguments(List<String> wanted, List<String> dropped) {
    public static final KernelArguments NONE = new KernelArguments(List.of(), List.of());

    public KernelArguments {
        wanted = List.copyOf(wanted);
        dropped = List.copyOf(dropped);
    }

    static KernelArguments of(Request request, Attempt attempt) {
        List<String> wanted = request.wishes().kernelArguments();
        return new KernelArguments(
                wanted,
                attempt.confirmed().map(Attempt.Confirmed::kernelArguments).orElse(List.of()).stream()
                        .filter(argument -> !wanted.contains(argument))
                        .toList());
    }

    /** Those that this boot was asked for with. A wish that came after we had asked for it is the next boot's. */
    static List<String> ofThisBoot(Request request, Attempt attempt) {
        return attempt.finalization().map(Finalization::kernelArguments).orElse(request.wishes().kernelArguments());
    }

    /** True where a boot with that command line needs no change. */
    public boolean hold(List<String> commandLine) {
        return commandLine.containsAll(wanted) && dropped.stream().noneMatch(commandLine::contains);
    }
}
