package dev.varve.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PullspecTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @ValueSource(strings = {
        "quay.io/org/repo:latest",
        "image-registry.openshift-image-registry.svc:5000/openshift-machine-config-operator/os-images:latest",
        "registry.example.com:5000/org/repo:tag",
        "quay.example.com/a/b/c/name:tag",
        "localhost:5000/a/b:c",
        "localhost/a",
        "10.0.0.1:5000/a/b:c",
        "[::1]:5000/a/b:c",
        "reg.local/name:tag",
        "quay.io/my.org/na__me-x:t",
    })
    void readsWhatUsersLegitimatelyWrite(String text) {
        assertThat(Pullspec.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "repo:latest | want host[:port]/repository",
        "/a/b | want host[:port]/repository",
        "org/repo | must start with a registry host",
        "quay.io/Org/repo | repository must be lower-case",
        "quay.io/org/ | repository must be lower-case",
        "quay.io/a:b c | tag must be",
        "quay.io/a@sha256:12 | want sha256: and 64",
        "quay.io/$(reboot)/a | repository must be lower-case",
        "quay..io-/a | must start with a registry host",
    })
    void refusesTheRestWithASentenceThatShowsTheText(String text, String sentence) {
        assertThatThrownBy(() -> Pullspec.parse(text)).isInstanceOf(ContractException.class).hasMessageContaining(sentence);
    }

    @Test
    void refusesALineBreakWithoutPrintingIt() {
        assertThatThrownBy(() -> Pullspec.parse("quay.io/a\n<0>b")).hasMessageNotContaining("\n");
    }

    @Test
    void digestReplacesTag() {
        Pullspec digested = Pullspec.parse("quay.io/o/r:t").withDigest(new Digest(DIGEST));
        assertThat(digested).hasToString("quay.io/o/r@" + DIGEST);
        assertThat(digested.withTag("x")).hasToString("quay.io/o/r:x");
        assertThat(digested.abbreviated()).isEqualTo("r@sha256:0123456789ab");
    }

    @Test
    void nodesAreNeverSentToATag() {
        assertThatThrownBy(() -> Pullspec.parseDigested(Keys.DESIRED_IMAGE, "quay.io/o/r:t"))
                .hasMessageStartingWith(Keys.DESIRED_IMAGE + " is \"quay.io/o/r:t\"")
                .hasMessageContaining("must end in @sha256:");
    }

    @Test
    void keepsWithinTheLengthOfTheSchema() {
        assertThatThrownBy(() -> Pullspec.parse("quay.io/" + "a".repeat(Pullspec.MAX_LENGTH))).hasMessageContaining("447");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ostree-unverified-registry:", "ostree-unverified-image:docker://", "ostree-image-signed:registry:"})
    void readsEverySpellingOfARegistryImage(String prefix) {
        assertThat(ImageReference.pullspec(prefix + "quay.io/o/r@" + DIGEST)).hasValue(Pullspec.parse("quay.io/o/r@" + DIGEST));
    }

    @Test
    void writesOneSpellingAndIgnoresWhatIsNoRegistryImage() {
        assertThat(ImageReference.refspec(Pullspec.parse("quay.io/o/r@" + DIGEST))).isEqualTo("ostree-unverified-registry:quay.io/o/r@" + DIGEST);
        assertThat(ImageReference.pullspec("fedora:fedora/x86_64/coreos/stable")).isEmpty();
        assertThat(ImageReference.pullspec("ostree-unverified-registry:nonsense")).isEmpty();
    }
}
