package dev.countersign.identity;

import dev.countersign.kernel.Ids;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// An API key as its holder has it: `<key_id>.<secret>`.
///
/// @param keyId public: names the key in logs and lists
/// @param secret 256 random bits in base64url; never stored, never logged
public record ApiKey(String keyId, String secret) {
  private static final Pattern ID = Pattern.compile("ck_[0-9a-f]{16}");
  private static final Pattern FORM = Pattern.compile("(" + ID + ")\\.([A-Za-z0-9_-]{43})");
  private static final int SECRET_BYTES = 32;
  private static final int ID_BYTES = 8;

  /// A fresh key.
  public static ApiKey generate(Ids ids) {
    return new ApiKey(
        "ck_" + HexFormat.of().formatHex(ids.randomBytes(ID_BYTES)),
        Base64.getUrlEncoder().withoutPadding().encodeToString(ids.randomBytes(SECRET_BYTES)));
  }

  /// Whether `text` has the form of a key's id.
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /// The key written in `text`, or empty if it has not the form of one.
  public static Optional<ApiKey> parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(new ApiKey(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /// The text that its holder sends; for the one answer that shows it.
  public String text() {
    return keyId + "." + secret;
  }

  /// Never the secret.
  @Override
  public String toString() {
    return keyId;
  }
}
