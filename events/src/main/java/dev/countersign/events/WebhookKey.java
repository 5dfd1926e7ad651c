package dev.countersign.events;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/// The Ed25519 key by which receivers know that an event is from this deployment.
///
/// One key for all: nobody but this deployment can sign, so receivers need no secret of their own,
/// and there is none to leak. It signs webhooks and nothing else; the log has keys of its own.
/// Immutable and safe for use by many threads.
public final class WebhookKey {
  private static final String ALGORITHM = "Ed25519";
  private static final int PUBLIC_LENGTH = 32;
  private static final byte[] PROBE = {1};

  private final PrivateKey secret;
  private final PublicKey open;

  private WebhookKey(PrivateKey secret, PublicKey open) {
    this.secret = secret;
    this.open = open;
  }

  /// A new key; `random` MUST be unpredictable.
  public static WebhookKey generate(SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, random);
      var pair = generator.generateKeyPair();
      return new WebhookKey(pair.getPrivate(), pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  /// Reads what [#text] wrote; throws IllegalArgumentException, never with the text in its message,
  /// for anything else, also for two halves that do not belong together.
  public static WebhookKey parse(String text) {
    var lines = text.strip().lines().toList();
    if (lines.size() != 2) {
      throw new IllegalArgumentException("a key for webhooks has two lines");
    }
    try {
      var factory = KeyFactory.getInstance(ALGORITHM);
      var secret =
          factory.generatePrivate(
              new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines.getFirst())));
      var open =
          factory.generatePublic(
              new X509EncodedKeySpec(Base64.getDecoder().decode(lines.getLast())));
      var key = new WebhookKey(secret, open);
      if (!key.verifies(PROBE, key.sign(PROBE))) {
        throw new IllegalArgumentException("the two halves of a key are of different keys");
      }
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a key for webhooks is damaged", e);
    }
  }

  /// The whole key, for its file: PKCS #8 and X.509 in base 64, a line each.
  public String text() {
    var encoder = Base64.getEncoder();
    return encoder.encodeToString(secret.getEncoded())
        + "\n"
        + encoder.encodeToString(open.getEncoded())
        + "\n";
  }

  /// The 32 bytes that receivers verify with.
  public byte[] publicKey() {
    var encoded = open.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - PUBLIC_LENGTH, encoded.length);
  }

  public byte[] sign(byte[] message) {
    try {
      var signature = Signature.getInstance(ALGORITHM);
      signature.initSign(secret);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("key `" + this + "` can't sign", e);
    }
  }

  private boolean verifies(byte[] message, byte[] signed) throws GeneralSecurityException {
    var signature = Signature.getInstance(ALGORITHM);
    signature.initVerify(open);
    signature.update(message);
    return signature.verify(signed);
  }

  /// Its id: the thumbprint (RFC 7638, RFC 8037) of the public half.
  public String id() {
    return base64Url(Digest.sha256(CanonicalJson.bytes(members().build())).bytes());
  }

  /// The public half as a JSON Web Key (RFC 8037).
  public JsonObject jwk() {
    return members().put("kid", id()).put("use", "sig").build();
  }

  private Json.Builder members() {
    return Json.object().put("crv", ALGORITHM).put("kty", "OKP").put("x", base64Url(publicKey()));
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return id();
  }
}
