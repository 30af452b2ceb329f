package dev.varve.sandbox.crash;

import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.KernelArguments;
import dev.varve.agent.host.HostOs;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.function.Consumer;

/** The host, with a line before and after each thing that is asked of it, and one at each word of a pull. */
record MortalHost(HostOs host, Life life) implements HostOs {
    static final String PULL = "a word of the pull";

    @Override
    public Host observe() {
        return host.observe();
    }

    @Override
    public void stage(Pullspec image, KernelArguments kernelArguments, Consumer<String> progress) {
        life.around("stage", () -> host.stage(image, kernelArguments, text -> {
            life.passes(PULL);
            progress.accept(text);
        }));
    }

    @Override
    public void follow(Consumer<String> progress) {
        life.around("follow", () -> host.follow(progress));
    }

    @Override
    public void dropStaged() {
        life.around("drop of the stage", host::dropStaged);
    }

    @Override
    public void freePartialLayers() {
        life.around("cleaning of layers", host::freePartialLayers);
    }

    @Override
    public List<String> foreignUpdaters() {
        return host.foreignUpdaters();
    }

    @Override
    public void finalizeDeployment(Digest digest) {
        life.around("Finalize", () -> host.finalizeDeployment(digest));
    }

    @Override
    public void rollBack() {
        life.around("roll back", host::rollBack);
    }

    @Override
    public void onChange(Runnable wake) {
        host.onChange(wake);
    }

    @Override
    public void close() {
        host.close();
    }
}
