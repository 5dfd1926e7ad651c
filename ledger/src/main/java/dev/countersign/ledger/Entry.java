package dev.countersign.ledger;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import dev.countersign.kernel.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Pattern;

/// One thing that happened, at its place in its tenant's chain.
///
/// Immutable. Two entries are equal exactly if their canonical forms are.
///
/// @param id a UUID of version 7
/// @param tenantSeq the position among the tenant's entries, from 0 without a gap, so that an
///   omission shows
/// @param previous the leaf hash of the tenant's previous entry; [Digest#ZERO] for the first
/// @param time when, by the server's clock, in microseconds; what is finer is cut off
/// @param actor who authenticated, never a field of a request's body
/// @param action what, such as `decision.made`
/// @param resource the kind of thing acted on
/// @param resourceId which one; empty if there is none
/// @param correlationId shared by all entries of one governed action
/// @param traceId the trace of the request; empty if there is none
/// @param source the address the request came from; empty if there is none
/// @param details what else is to be proved, at most [#LARGEST_DETAILS] in canonical form
public record Entry(
    UUID id,
    TenantId tenant,
    long tenantSeq,
    Digest previous,
    Instant time,
    String actor,
    String action,
    String resource,
    String resourceId,
    UUID correlationId,
    String traceId,
    String source,
    JsonObject details) {

  /// In bytes of the canonical form: a batch of hundreds of the largest still fits in memory.
  public static final int LARGEST_DETAILS = 64 * 1024;

  /// As deep as a request may nest ([JsonReader#DEFAULT_DEPTH]), so what was accepted can be
  /// recorded.
  public static final int DEEPEST_DETAILS = JsonReader.DEFAULT_DEPTH;

  private static final int MEMBERS = 13;

  public Entry {
    if (tenantSeq < 0 || tenantSeq > JsonNumber.LARGEST_INTEGER) {
      throw new IllegalArgumentException("tenant_seq `" + tenantSeq + "` is out of range");
    }
    if ((tenantSeq == 0) != previous.equals(Digest.ZERO)) {
      throw new IllegalArgumentException("the first entry of a tenant, and no other, follows zero");
    }
    // A draft checks what it has in common with an entry; the second walk over a few hundred
    // characters costs less than another kind of record would cost the reader.
    time =
        new Draft(
                id,
                tenant,
                time,
                actor,
                action,
                resource,
                resourceId,
                correlationId,
                traceId,
                source,
                details)
            .time();
  }

  /// The entry without its place.
  Draft draft() {
    return new Draft(
        id,
        tenant,
        time,
        actor,
        action,
        resource,
        resourceId,
        correlationId,
        traceId,
        source,
        details);
  }

  /// The bytes that are hashed: RFC 8785 over the entry's JSON object.
  public byte[] canonical() {
    return EntryWriter.canonical(this);
  }

  /// The entry as JSON; its canonical form is [#canonical].
  public JsonObject json() {
    return Json.object()
        .put("id", id.toString())
        .put("tenant", tenant.toString())
        .put("tenant_seq", tenantSeq)
        .put("previous", previous.hex())
        .put("time", EntryWriter.time(time))
        .put("actor", actor)
        .put("action", action)
        .put("resource", resource)
        .put("resource_id", resourceId)
        .put("correlation_id", correlationId.toString())
        .put("trace_id", traceId)
        .put("source", source)
        .put("details", details)
        .build();
  }

  /// The entry written in `json`; throws [MalformedLedgerData] unless exactly its members are
  /// there.
  ///
  /// What is accepted has the same canonical form as the entry it gives.
  public static Entry parse(JsonObject json) {
    if (json.members().size() != MEMBERS) {
      throw new MalformedLedgerData(
          "an entry has " + MEMBERS + " members, not " + json.members().size());
    }
    try {
      return new Entry(
          uuid(json, "id"),
          new TenantId(uuid(json, "tenant")),
          sequence(json),
          Digest.parse(text(json, "previous")).orElseThrow(() -> malformed("previous")),
          time(text(json, "time")),
          text(json, "actor"),
          text(json, "action"),
          text(json, "resource"),
          text(json, "resource_id"),
          uuid(json, "correlation_id"),
          text(json, "trace_id"),
          text(json, "source"),
          json.object("details").orElseThrow(() -> malformed("details")));
    } catch (IllegalArgumentException e) {
      throw new MalformedLedgerData(String.valueOf(e.getMessage()), e);
    }
  }

  /// The entry whose canonical form is `canonical`; throws [MalformedLedgerData] for any other
  /// bytes.
  public static Entry parse(byte[] canonical) {
    try {
      if (JsonReader.read(canonical, DEEPEST_DETAILS + 1) instanceof JsonObject json) {
        var entry = parse(json);
        if (Arrays.equals(entry.canonical(), canonical)) {
          return entry;
        }
      }
    } catch (MalformedJson e) {
      throw new MalformedLedgerData("an entry is not JSON: " + e.getMessage(), e);
    }
    throw new MalformedLedgerData("an entry is not in its canonical form");
  }

  private static String text(JsonObject json, String name) {
    return json.text(name).orElseThrow(() -> malformed(name));
  }

  private static UUID uuid(JsonObject json, String name) {
    return Ids.parse(text(json, name)).orElseThrow(() -> malformed(name));
  }

  private static long sequence(JsonObject json) {
    if (json.member("tenant_seq").orElse(null) instanceof JsonNumber number && number.integral()) {
      return (long) number.value();
    }
    throw malformed("tenant_seq");
  }

  /// Only the form that is written is read: an other spelling would hash differently.
  private static Instant time(String text) {
    try {
      var time = Instant.parse(text);
      if (EntryWriter.time(time).equals(text)) {
        return time;
      }
    } catch (DateTimeException e) {
      throw new MalformedLedgerData("member `time` of an entry is not a time", e);
    }
    throw malformed("time");
  }

  private static MalformedLedgerData malformed(String member) {
    return new MalformedLedgerData("member `" + member + "` of an entry is missing or malformed");
  }

  /// What a use case has to say: an entry before the sequencer has given it its place.
  ///
  /// The components are those of [Entry]. Immutable.
  public record Draft(
      UUID id,
      TenantId tenant,
      Instant time,
      String actor,
      String action,
      String resource,
      String resourceId,
      UUID correlationId,
      String traceId,
      String source,
      JsonObject details) {

    // In UTF-16 units. Longer than any name or key that a request may carry, short enough that an
    // entry without details stays under a few kilobytes.
    private static final int LONGEST_ACTOR = 300;
    private static final int LONGEST_ACTION = 100;
    private static final int LONGEST_RESOURCE = 200;
    private static final int LONGEST_RESOURCE_ID = 500;
    private static final int LONGEST_TRACE_ID = 100;
    private static final int LONGEST_SOURCE = 100;

    private static final Pattern ACTION = Pattern.compile("[a-z_]+(\\.[a-z_]+)+");

    // RFC 3339 has four digits for the year.
    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    /// The same with other details.
    public Draft with(JsonObject said) {
      return new Draft(
          id,
          tenant,
          time,
          actor,
          action,
          resource,
          resourceId,
          correlationId,
          traceId,
          source,
          said);
    }

    public Draft {
      time = time.truncatedTo(ChronoUnit.MICROS);
      if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
        throw new IllegalArgumentException("time `" + time + "` has no form in RFC 3339");
      }
      bounded("actor", actor, 1, LONGEST_ACTOR);
      bounded("action", action, 1, LONGEST_ACTION);
      if (!ACTION.matcher(action).matches()) {
        throw new IllegalArgumentException("action `" + action + "` is not words joined by dots");
      }
      bounded("resource", resource, 1, LONGEST_RESOURCE);
      bounded("resource_id", resourceId, 0, LONGEST_RESOURCE_ID);
      bounded("trace_id", traceId, 0, LONGEST_TRACE_ID);
      bounded("source", source, 0, LONGEST_SOURCE);
      // The bound is cheap and nearly always enough; the exact size is worked out only beyond it.
      if (EntryWriter.bound(details) > LARGEST_DETAILS
          && CanonicalJson.bytes(details).length > LARGEST_DETAILS) {
        throw new IllegalArgumentException(
            "details have more than " + LARGEST_DETAILS + " bytes in canonical form");
      }
    }

    /// The entry at its place in the tenant's chain.
    public Entry chained(long tenantSeq, Digest previous) {
      return new Entry(
          id,
          tenant,
          tenantSeq,
          previous,
          time,
          actor,
          action,
          resource,
          resourceId,
          correlationId,
          traceId,
          source,
          details);
    }

    /// The draft's canonical form but for its place, ready to be given one.
    public Rendered rendered() {
      return EntryWriter.rendered(this);
    }

    private static void bounded(String name, String value, int min, int max) {
      if (value.length() < min || value.length() > max) {
        throw new IllegalArgumentException(
            name + " must have " + min + " to " + max + " characters");
      }
      if (value.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(name + " must not contain the character U+0000");
      }
      EntryWriter.wellFormed(value);
    }
  }

  /// A draft in its canonical form but for its place in the chain. Immutable.
  public record Rendered(Draft draft, Unplaced text) {

    /// The draft whose text this is; throws [MalformedLedgerData] if it is none's.
    public static Rendered of(Unplaced text) {
      return new Rendered(parse(text.at(0, Digest.ZERO)).draft(), text);
    }

    /// How many bytes the canonical form has, but for its place.
    public int length() {
      return text.length();
    }

    /// What [Entry#canonical] gives for the entry at this place; the place is not checked.
    public byte[] at(long tenantSeq, Digest previous) {
      return text.at(tenantSeq, previous);
    }
  }

  /// An entry's canonical form but for the two members that its place in the chain gives, so that
  /// giving it one is copying bytes: that happens under the log's lock, one entry at a time for the
  /// whole deployment. Immutable.
  public static final class Unplaced {
    private static final int CUTS = 2 * Integer.BYTES;

    private final byte[] beforePrevious;
    private final byte[] beforeSequence;
    private final byte[] rest;

    Unplaced(byte[] beforePrevious, byte[] beforeSequence, byte[] rest) {
      this.beforePrevious = beforePrevious;
      this.beforeSequence = beforeSequence;
      this.rest = rest;
    }

    /// How many bytes the canonical form has, but for its place.
    public int length() {
      return beforePrevious.length + beforeSequence.length + rest.length;
    }

    /// What [Entry#canonical] gives for the entry at this place; the place is not checked.
    public byte[] at(long tenantSeq, Digest previous) {
      byte[] hash = previous.hex().getBytes(StandardCharsets.US_ASCII);
      byte[] sequence = Long.toString(tenantSeq).getBytes(StandardCharsets.US_ASCII);
      return ByteBuffer.allocate(length() + hash.length + sequence.length)
          .put(beforePrevious)
          .put(hash)
          .put(beforeSequence)
          .put(sequence)
          .put(rest)
          .array();
    }

    /// In one piece that says where it is cut; how an entry is stored.
    public byte[] packed() {
      return ByteBuffer.allocate(CUTS + length())
          .putInt(beforePrevious.length)
          .putInt(beforeSequence.length)
          .put(beforePrevious)
          .put(beforeSequence)
          .put(rest)
          .array();
    }

    /// Reads what [#packed] wrote; throws [MalformedLedgerData] for bytes without the two cuts.
    public static Unplaced unpacked(byte[] packed) {
      if (packed.length >= CUTS) {
        var bytes = ByteBuffer.wrap(packed);
        int previous = bytes.getInt();
        int sequence = bytes.getInt();
        if (previous >= 0 && sequence >= 0 && (long) previous + sequence <= bytes.remaining()) {
          return new Unplaced(
              taken(bytes, previous), taken(bytes, sequence), taken(bytes, bytes.remaining()));
        }
      }
      throw new MalformedLedgerData("an entry is not stored with the cuts for its place");
    }

    private static byte[] taken(ByteBuffer from, int length) {
      var bytes = new byte[length];
      from.get(bytes);
      return bytes;
    }
  }
}
