package dev.varve.sandbox.quickstart;

/** What the walk-through promises. Each claim is shown as it is checked; one that fails fails the run. */
final class Claims {
    private final Screen screen;
    private int held;
    private int failed;

    Claims(Screen screen) {
        this.screen = screen;
    }

    void check(boolean holds, String claim) {
        screen.claim(holds, claim);
        if (holds) {
            held++;
        } else {
            failed++;
        }
    }

    boolean allHold() {
        return failed == 0 && held > 0;
    }

    String sum() {
        return held + " claims hold, " + failed + " failed";
    }
}
