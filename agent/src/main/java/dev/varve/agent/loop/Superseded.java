package dev.varve.agent.loop;

import dev.varve.agent.decide.Decision;
import dev.varve.agent.decide.Step;
import java.util.Optional;

/** Whether the work that is under way is still what is wanted. */
final class Superseded {
    private Superseded() {}

    /**
     * False where it is to be ended. A stage is kept until its end although the host shows it as staged earlier, because
     * kernel arguments may follow; what the host does in a moment is never cut.
     */
    static boolean keeps(Step running, Decision decision) {
        Step next = decision.step();
        return switch (running) {
            case Step.Stage stage ->
                !(next instanceof Step.CancelTransaction)
                        && decision.attempt().target().equals(Optional.of(stage.image()));
            case Step.FollowTransaction _ -> !(next instanceof Step.CancelTransaction);
            case Step.CancelTransaction _ -> !(next instanceof Step.CancelTransaction);
            case Step.Drain drain -> next instanceof Step.Drain same && same.force() == drain.force() && same.since().equals(drain.since());
            case Step.DropStage _, Step.Finalize _, Step.RollBack _ -> true;
            case Step.Wait _, Step.SetCordon _, Step.Verify _, Step.Uncordon _, Step.Confirm _, Step.Refuse _, Step.Idle _ -> true;
        };
    }
}
