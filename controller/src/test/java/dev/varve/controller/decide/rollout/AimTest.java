package dev.varve.controller.decide.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AimTest {
    private static final String CONFIG = "rendered-layered-a";
    private static final Pullspec IMAGE = NodeMaker.image("a");
    private static final Pullspec OTHER = NodeMaker.image("b");

    private static BuildView build(String name, BuildState state, Pullspec image, int age) {
        Optional<Pullspec> result = state == BuildState.Succeeded ? Optional.of(image) : Optional.empty();
        return new BuildView(name, state, CONFIG, result, Instant.EPOCH.plusSeconds(1_000 - age));
    }

    private static Aim aim(Pullspec current, String counting, BuildView... builds) {
        return Aim.of(CONFIG, List.of("quiet"), Optional.of(current), Optional.ofNullable(counting), List.of(builds));
    }

    private static String why(Aim aim) {
        return aim.goal() instanceof Goal.Await(String why) ? why : aim.goal().toString();
    }

    @Test
    void movesToTheImageThatTheMachineOSConfigNames() {
        Aim aim = aim(IMAGE, null, build("b1", BuildState.Succeeded, IMAGE, 1));

        assertThat(aim.goal()).isEqualTo(new Goal.Move(new Target(CONFIG, IMAGE, List.of("quiet"))));
        assertThat(aim.build()).isEqualTo(new Build(BuildState.Succeeded, "b1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Initial     | build b1 to start",
        "Prepared    | build b1 to start",
        "Building    | build b1 to complete",
        "Succeeded   | the MachineOSConfig to take up the image of build b1",
        "Failed      | a build that succeeds: b1 failed, its condition Failed says why",
        "Interrupted | a new build: b1 was interrupted"
    })
    void waitsForWhatThereHasToBeFirst(BuildState state, String why) {
        assertThat(why(aim(OTHER, null, build("b1", state, IMAGE, 1)))).isEqualTo(why);
    }

    @Test
    void doesNotMoveToAnOldImageWhileANewOneIsBuilt() {
        Aim aim = aim(IMAGE, null, build("old", BuildState.Succeeded, IMAGE, 9), build("new", BuildState.Building, OTHER, 1));

        assertThat(why(aim)).isEqualTo("build new to complete");
    }

    @Test
    void followsTheBuildThatTheMachineOSConfigSaysCounts() {
        Aim aim = aim(IMAGE, "old", build("old", BuildState.Succeeded, IMAGE, 9), build("new", BuildState.Succeeded, OTHER, 1));

        assertThat(aim.build().machineOSBuild()).isEqualTo("old");
        assertThat(aim.goal()).isInstanceOf(Goal.Move.class);
    }

    @Test
    void takesNoNoticeOfBuildsOfAnotherConfig() {
        var other = new BuildView("x", BuildState.Succeeded, "rendered-layered-b", Optional.of(IMAGE), Instant.EPOCH);

        assertThat(why(aim(IMAGE, "x", other))).isEqualTo("a build of rendered-layered-a to start");
        assertThat(aim(IMAGE, "x", other).build()).isEqualTo(Build.NONE);
    }

    @Test
    void waitsForTheFirstRendering() {
        assertThat(why(Aim.of("", List.of(), Optional.empty(), Optional.empty(), List.of())))
                .isEqualTo("the pool's configuration to be rendered");
    }
}
