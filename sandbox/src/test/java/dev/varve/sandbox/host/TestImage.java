package dev.varve.sandbox.host;

/** The images that the contract test pulls, by what is the matter with them. */
enum TestImage {
    /** What the host was installed from. */
    FACTORY("factory"),
    IMAGE("image"),
    /** Has its base chunks in common with {@link #IMAGE}. */
    OTHER("otherImage"),
    /** The first layer of it takes long enough for what is to happen meanwhile. */
    SLOW("slowImage"),
    /** The first two layers of it are sent at once, 48 KiB or more each, and take a second each to unpack. */
    SLOW_TO_UNPACK("imageSlowToUnpack"),
    /** By the digest of an index that has {@link #IMAGE} for this architecture. */
    INDEX("indexOfImage"),
    /** {@link #IMAGE} by a tag. */
    TAG("tagOfImage"),
    MISSING("missingImage"),
    UNBOOTABLE("unbootableImage"),
    OF_OTHER_ARCHITECTURE("imageOfOtherArchitecture"),
    WITHOUT_KERNEL("imageWithoutKernel"),
    /** Its second layer is not in the registry. */
    WITHOUT_LAYER("imageWithoutLayer"),
    /** The second layer that the registry has is another one. */
    CORRUPT("corruptImage"),
    /** In a registry that wants credentials. */
    PRIVATE("privateImage"),
    /** At an address where nobody listens. */
    UNREACHABLE("unreachableImage"),
    /** At a host name that nobody knows. */
    AT_UNKNOWN_NAME("imageAtUnknownName");

    private final String key;

    TestImage(String key) {
        this.key = key;
    }

    /** Its name among the properties that describe a host. */
    String key() {
        return key;
    }
}
