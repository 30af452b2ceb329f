package dev.varve.contract;

/**
 * Kinds of messages in a node's journal, by journald's {@code MESSAGE_ID}. An id is for ever: who filters by it must find
 * what an older agent wrote, too. {@code deploy/journal/varve.catalog} explains each.
 */
public enum MessageId {
    /** The agent has found out what its node runs. */
    BEGINS("7be3f6dd84084b6197bf75b8f8f24187"),
    /** What the agent does now, or waits for, and why. */
    STEP("35cc0c2d9a584934b9575f923ea939a4"),
    /** The node does not go to the image that is wanted. */
    REFUSED("a694b4bbe7e74812a28b40b76adb9092"),
    /** An image is staged, locked, and can be booted by its digest. */
    STAGED("11b5d81166d247e28b1400e9bf1b1380"),
    /** The node takes no new pods. */
    CORDONED("52cb718fba5b4dd48209e722a1e1eb12"),
    /** A pod is not let go, or does not end. */
    HELD("6350cd9df0a44f3abada52d9138270b8"),
    /** No pod is left that has to go. */
    DRAINED("b76d5d1498994346a6820f45a8035bd8"),
    /** A drain has passed its deadline. */
    DRAIN_LATE("93aa8e3245c14bffaa98686d66f98e2b"),
    /** The host has agreed to reboot into the new image. */
    REBOOTS("5aa8e3d1fb7c4c6384c25a8578f504b5"),
    /** The host has agreed to reboot into the image before. */
    GOES_BACK("648d4914755b484896710414fde6edf0"),
    /** The node takes pods again. */
    UNCORDONED("10e92e3bcd7c4b8d8ea434c2fe88322b"),
    /** The node runs the wanted image, and has passed its checks. */
    DONE("e4d5798b909f4874b01a00d8e82972f8"),
    /** Something does not work; it is tried again. */
    WRONG("79ca549b0d834b2e8a2cfa008df54328"),
    /** The agent cannot begin yet. */
    WAITS("b1cfeef044e94ca39ffa41c563abf62f"),
    /** A fault of the agent itself. */
    BROKEN("845f2782dcb646cfb32adb9763dc60bf"),
    /** Somebody else updates or reboots the host, too. */
    FOREIGN_UPDATER("f7f1731985c1403e9a63612a44439589"),
    /** What the agent had kept on disk could not be read. */
    FORGOT("a0ce1197be8349caae0dfad2b7628f7e"),
    /** Somebody has set the host's clock. */
    CLOCK_SET("c35753931cfa40cda06a7d9faa2ff2b5"),
    /** The agent was told to end. */
    ENDS("3fca1884215840eca74b54076756ef8c");

    /** Name of the journal's field. */
    public static final String FIELD = "MESSAGE_ID";

    private final String id;

    MessageId(String id) {
        this.id = id;
    }

    /** 32 digits, as journald writes it. */
    public String id() {
        return id;
    }
}
