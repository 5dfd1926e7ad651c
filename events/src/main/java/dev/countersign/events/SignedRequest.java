package dev.countersign.events;

import dev.countersign.events.SignatureBase.Covered;
import dev.countersign.kernel.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// One POST with an event, signed: one event a request, so that each is answered for itself.
///
/// @param fields in the order in which they are sent, with the signature
public record SignedRequest(WebhookUrl url, SequencedMap<String, String> fields, Body body) {
  private static final String LABEL = "sig1";

  /// What is sent.
  public record Body(String text) {
    public byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  public SignedRequest {
    var copy = new LinkedHashMap<>(fields);
    copy.forEach((name, value) -> {
      if (name.chars().anyMatch(c -> c <= 0x20) || value.chars().anyMatch(c -> c < 0x20)) {
        throw new IllegalArgumentException("a field must not end its line");
      }
    });
    fields = Collections.unmodifiableSequencedMap(copy);
  }

  /// Signs method, address, body and its type, as of `now`: an attempt that is made again is signed
  /// again.
  public static SignedRequest of(WebhookUrl url, CloudEvent event, WebhookKey key, Instant now) {
    var body = new Body(JsonWriter.text(event.json()));
    return of(url, CloudEvent.MEDIA_TYPE, new LinkedHashMap<>(), body, key, now);
  }

  /// The same for any body, with fields that are signed as well.
  ///
  /// @param more in lower case, as RFC 9421 names fields
  public static SignedRequest of(
      WebhookUrl url,
      String mediaType,
      SequencedMap<String, String> more,
      Body body,
      WebhookKey key,
      Instant now) {
    var digest = SignatureBase.contentDigest(body.bytes());
    var covered =
        new ArrayList<>(
            List.of(
                new Covered("@method", "POST"),
                new Covered("@target-uri", url.targetUri()),
                new Covered("content-digest", digest),
                new Covered("content-type", mediaType)));
    more.forEach((name, value) -> covered.add(new Covered(name, value)));
    var base = new SignatureBase(covered, now, key.id());
    var fields = new LinkedHashMap<String, String>();
    fields.put("Content-Type", mediaType);
    fields.put("Content-Digest", digest);
    fields.putAll(more);
    fields.put("Signature-Input", LABEL + "=" + base.parameters());
    fields.put("Signature", LABEL + "=" + SignatureBase.binary(key.sign(base.bytes())));
    return new SignedRequest(url, fields, body);
  }
}
