package dev.varve.agent.rpmostree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against bytes that GLib 2.74 has serialised. */
class GVariantDictTest {
    /** Keys in libostree's order: target, locked, merge-deployment, kargs. */
    private static final String AS_LIBOSTREE =
            "74617267657400006e616d65000000006161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
                    + "61616161616161616161616161616161616161612e300000730500006f736e616d6500006665646f72612d636f72656f730000730700000000000000"
                    + "626f6f746373756d00000000000000006363636363636363636363636363636363636363636363636363636363636363636363636363636363636363"
                    + "6363636363636363636363636363636363636363000073094e69c400617b73767d0700006c6f636b6564000001006207000000006d657267652d6465"
                    + "706c6f796d656e7400000000000000006e616d6500000000626262626262626262626262626262626262626262626262626262626262626262626262"
                    + "626262626262626262626262626262626262626262626262626262622e310000730500006f736e616d6500006665646f72612d636f72656f73000073"
                    + "0700000000000000626f6f746373756d0000000000000000636363636363636363636363636363636363636363636363636363636363636363636363"
                    + "63636363636363636363636363636363636363636363636363636363000073094e69c400617b73767d1100006b61726773000000727700636f6e736f"
                    + "6c653d747479533000031100617306d600e400ce01ef01";

    /** 382 bytes: its offsets are two bytes wide. */
    private static final String WIDE =
            "746172676574000078787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
                    + "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
                    + "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
                    + "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
                    + "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
                    + "78787878787878780000730700000000000000006b617267730000007979797979797979797900797979797979797979790079797979797979797979"
                    + "000b1621006173066c6f636b6564000001006207390170017c01";

    private static final String NO_LOCK =
            "74617267657400006e616d65000000006161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
                    + "61616161616161616161616161616161616161612e300000730500006f736e616d6500006665646f72612d636f72656f730000730700000000000000"
                    + "626f6f746373756d00000000000000006363636363636363636363636363636363636363636363636363636363636363636363636363636363636363"
                    + "6363636363636363636363636363636363636363000073094e69c400617b73767d07d6";

    static Stream<Arguments> serialised() {
        return Stream.of(
                arguments("empty", "", false),
                arguments("locked", "6c6f636b65640000010062070c", true),
                arguments("unlocked", "6c6f636b65640000000062070c", false),
                arguments("a string", "6c6f636b65640000747275650000730710", false),
                arguments("no lock", NO_LOCK, false),
                arguments("as libostree", AS_LIBOSTREE, true),
                arguments("wide", WIDE, true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("serialised")
    void readsTheLock(String what, String hex, boolean locked) {
        assertThat(GVariantDict.flag(HexFormat.of().parseHex(hex), "locked")).isEqualTo(locked);
    }

    @Test
    void findsNothingUnderAnotherKey() {
        assertThat(GVariantDict.flag(HexFormat.of().parseHex(AS_LIBOSTREE), "lock")).isFalse();
        assertThat(GVariantDict.flag(HexFormat.of().parseHex(AS_LIBOSTREE), "target")).isFalse();
    }

    @Test
    void saysWhenAFileIsCutOff() {
        byte[] whole = HexFormat.of().parseHex(AS_LIBOSTREE);
        assertThatThrownBy(() -> GVariantDict.flag(Arrays.copyOf(whole, whole.length - 40), "locked"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a GVariant");
    }

    @Test
    void neverReadsBeyondTheEndWhateverTheBytes() {
        byte[] whole = HexFormat.of().parseHex(AS_LIBOSTREE);
        for (int at = 0; at < whole.length; at++) {
            for (int value : new int[] {0, 1, 0x7f, 0xff}) {
                byte[] damaged = whole.clone();
                damaged[at] = (byte) value;
                assertThat(readable(damaged)).as("byte %d set to %d", at, value).isTrue();
            }
        }
    }

    private static boolean readable(byte[] bytes) {
        try {
            GVariantDict.flag(bytes, "locked");
            return true;
        } catch (IllegalArgumentException said) {
            return true;
        } catch (RuntimeException crashed) {
            return false;
        }
    }
}
