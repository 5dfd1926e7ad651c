package dev.countersign.events;

import dev.countersign.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/// What is signed of an HTTP message: its signature base (RFC 9421 section 2.5).
///
/// ```text
/// "@method": POST
/// "@target-uri": https://example.com/hook
/// "@signature-params": ("@method" "@target-uri");created=1618884473;keyid="..."
/// ```
///
/// @param covered in the order in which they are signed
/// @param created when, in seconds; a receiver refuses what is old
/// @param keyId by which the receiver finds the key
public record SignatureBase(List<Covered> covered, Instant created, String keyId) {

  /// A component of the message.
  ///
  /// @param name of a field in lower case, or a derived one that begins with `@`
  /// @param value as RFC 9421 section 2 has it: without space around it
  public record Covered(String name, String value) {
    public Covered {
      if (!name.matches("@?[a-z][a-z0-9-]*")) {
        throw new IllegalArgumentException("`" + name + "` is no component of a message");
      }
      if (value.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
        throw new IllegalArgumentException("a component's value is printable ASCII in one line");
      }
    }
  }

  public SignatureBase {
    covered = List.copyOf(covered);
    if (covered.stream().map(Covered::name).distinct().count() != covered.size()) {
      throw new IllegalArgumentException("no component is signed twice");
    }
    if (!keyId.matches("[A-Za-z0-9_-]{1,100}")) {
      throw new IllegalArgumentException("a key's id is letters, digits, `-` and `_`");
    }
  }

  /// The value of the field `Signature-Input` for the label that it is given.
  public String parameters() {
    return covered.stream()
        .map(component -> "\"" + component.name() + "\"")
        .collect(
            Collectors.joining(
                " ", "(", ");created=" + created.getEpochSecond() + ";keyid=\"" + keyId + "\""));
  }

  /// The bytes that are signed.
  public byte[] bytes() {
    var text = new StringBuilder();
    for (var component : covered) {
      text.append('"').append(component.name()).append("\": ").append(component.value());
      text.append('\n');
    }
    return text.append("\"@signature-params\": ")
        .append(parameters())
        .toString()
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// The value of the field `Content-Digest` (RFC 9530) for a body.
  public static String contentDigest(byte[] body) {
    return "sha-256=" + binary(Digest.sha256(body).bytes());
  }

  /// Bytes as structured fields write them (RFC 8941 section 3.3.5).
  static String binary(byte[] bytes) {
    return ":" + Base64.getEncoder().encodeToString(bytes) + ":";
  }
}
