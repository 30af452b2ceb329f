package dev.varve.controller.kube.build;

import dev.varve.contract.Tree;
import dev.varve.controller.context.BuildContext;
import dev.varve.controller.context.ContextException;
import dev.varve.controller.context.Packages;
import dev.varve.controller.decide.build.BuildInputs;
import dev.varve.controller.decide.build.BuildState;
import dev.varve.controller.decide.build.BuildStep;
import dev.varve.controller.kube.Kinds;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts one attempt: the context, the pod, and the pod's name in the status, in this order; each may be there already. */
final class AttemptStart {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptStart.class);

    private final KubernetesClient client;
    private final String namespace;
    private final StatusWrites status;
    private final BuildPod pods;

    AttemptStart(KubernetesClient client, String namespace, BuilderSettings settings, StatusWrites status) {
        this.client = client;
        this.namespace = namespace;
        this.status = status;
        pods = new BuildPod(namespace, settings);
    }

    void start(Turn turn, BuildStep.StartAttempt step) {
        Optional<GenericKubernetesResource> build = status.live(Kinds.MACHINE_OS_BUILD, step.build())
                .filter(found -> !Fields.deleting(found) && !StatusWrites.state(found).terminal());
        Optional<GenericKubernetesResource> rendered = status.live(Kinds.MACHINE_CONFIG, step.inputs().rendered());
        if (build.isEmpty() || rendered.isEmpty()) {
            LOG.info("build {} is not started: it or {} is gone", step.build(), step.inputs().rendered());
            return;
        }
        byte[] tar;
        try {
            tar = context(turn, step.inputs(), rendered.get()).tar();
        } catch (ContextException refused) {
            status.move(step.build(), BuildState.Failed, refused.sentence(), Optional.empty(), turn.now());
            return;
        }
        var config = turn.facts().config();
        create(BuildObjects.context(build.get(), namespace, config.name(), config.pool(), step.inputs(), tar));
        var pod = pods.of(build.get(), config, step.inputs(), step.attempt(), step.spec());
        if (Creation.createdNow(client.pods().inNamespace(namespace).resource(pod))) {
            LOG.info("build {}: attempt {} runs as pod {}{}", step.build(), step.attempt(), Fields.name(pod),
                    step.note().isEmpty() ? "" : "; " + step.note());
        }
        status.attempt(step.build(), Fields.name(pod), turn.now());
    }

    private static BuildContext context(Turn turn, BuildInputs inputs, GenericKubernetesResource rendered) {
        Tree spec = Fields.spec(rendered);
        return new BuildContext(
                inputs.rendered(), turn.pool(), spec.at("config"), Packages.of(spec), inputs.extensions(), inputs.base(),
                inputs.containerfile());
    }

    /** One of an earlier build of the same name would be deleted with that one's owner, in the middle of our build. */
    private void create(Secret context) {
        var secrets = client.secrets().inNamespace(namespace);
        if (Creation.createdNow(secrets.resource(context))) {
            return;
        }
        Secret there = secrets.withName(Fields.name(context)).get();
        if (there == null || !ownedAlike(there, context)) {
            secrets.withName(Fields.name(context)).delete();
            Creation.createdNow(secrets.resource(context));
        }
    }

    private static boolean ownedAlike(HasMetadata one, HasMetadata other) {
        return one.getMetadata().getOwnerReferences().equals(other.getMetadata().getOwnerReferences());
    }
}
