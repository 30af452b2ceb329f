package dev.varve.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Pullspec;
import dev.varve.testbed.state.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/**
 * A signature beside an image, as {@code cosign verify} looks for it: tag {@code sha256-<hex>.sig}, the signed text as a layer and
 * the signature in that layer's annotation (cosign's SIGNATURE_SPEC.md). Read here since Debian 12's skopeo has its own
 * check switched off.
 *
 * @param payload what is signed: which image under which name
 */
record CosignSignature(String payload, byte[] signature) {
    private static final String ANNOTATION = "dev.cosignproject.cosign/signature";

    /** Empty where the image has none. */
    static Optional<CosignSignature> of(Home home, Pullspec image, Path directory) throws IOException {
        String tag = image.requireDigest().toString().replace(':', '-') + ".sig";
        if (!Pulled.tags(home, image).contains(tag)) {
            return Optional.empty();
        }
        new Pulled(home, directory, image.repository() + ":" + tag);
        JsonNode layer = new ObjectMapper().readTree(directory.resolve("manifest.json").toFile()).at("/layers/0");
        return Optional.of(new CosignSignature(
                Files.readString(directory.resolve(layer.at("/digest").asText().replace("sha256:", ""))),
                Base64.getDecoder().decode(layer.at("/annotations").path(ANNOTATION).asText())));
    }

    /** @param publicKey in PEM */
    boolean isBy(Path publicKey) {
        try {
            String pem = Files.readString(publicKey).replaceAll("-----[A-Z ]+-----|\\s", "");
            var key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(pem)));
            Signature check = Signature.getInstance("SHA256withECDSA");
            check.initVerify(key);
            check.update(payload.getBytes(StandardCharsets.UTF_8));
            return check.verify(signature);
        } catch (IOException | GeneralSecurityException unusable) {
            throw new AssertionError("cannot check by " + publicKey, unusable);
        }
    }
}
