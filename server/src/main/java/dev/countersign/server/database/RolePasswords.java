package dev.countersign.server.database;

import dev.countersign.kernel.store.DatabaseRole;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The passwords of the restricted roles, derived from one secret so that every node knows them and
/// none is stored.
final class RolePasswords {
  private final SecretKeySpec secret;

  RolePasswords(byte[] secret) {
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
  }

  String of(DatabaseRole role) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      return HexFormat.of()
          .formatHex(mac.doFinal(role.login().getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "role passwords";
  }
}
