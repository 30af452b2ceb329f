package dev.varve.sandbox.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.contract.Pullspec;
import org.junit.jupiter.api.Test;

class AuthFileTest {
    private static final Pullspec IMAGE = Pullspec.parse("quay.example/org/app:1");

    @Test
    void takesTheLongestKeyThatFits() {
        AuthFile auth = AuthFile.parse("""
                {"auths":{"quay.example":{"auth":"aG9zdDpw"},"quay.example/org":{"auth":"b3JnOnA="},"quay.example/other":{"auth":"eDpw"}}}""");

        assertThat(auth.credentials(IMAGE)).map(Credentials::user).contains("org");
        assertThat(auth.credentials(Pullspec.parse("quay.example/b/c:1"))).map(Credentials::user).contains("host");
        assertThat(auth.credentials(Pullspec.parse("other.example/b/c:1"))).isEmpty();
    }

    @Test
    void readsTheOldFormAndWholeUrls() {
        AuthFile auth = AuthFile.parse("""
                {"https://quay.example/v2/":{"username":"u","password":"p"}}""");

        assertThat(auth.credentials(IMAGE)).contains(new Credentials("u", "p"));
    }

    @Test
    void keepsSecretsOutOfMessages() {
        assertThatThrownBy(() -> AuthFile.parse("s3cret")).hasMessageNotContaining("s3cret");
        assertThat(new Credentials("u", "s3cret").toString()).doesNotContain("s3cret");
    }
}
