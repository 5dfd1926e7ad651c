package dev.countersign.ledger;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/// Writes an entry's canonical form in one pass.
///
/// Every answer of the product waits for this, ten thousand times a second, so the members are
/// written in their known order without building and sorting a JSON object first. A property holds
/// the bytes to those of the kernel's `CanonicalJson` (`EntryTest`).
final class EntryWriter {

  /// Holds an entry with a few details without growing.
  private static final int USUAL_SIZE = 1024;

  /// No double is longer in ECMAScript's form.
  private static final int LONGEST_NUMBER = 25;

  private EntryWriter() {}

  static byte[] canonical(Entry entry) {
    return rendered(entry.draft()).at(entry.tenantSeq(), entry.previous());
  }

  /// Everything but the two members that the place in the chain gives.
  static Entry.Rendered rendered(Entry.Draft draft) {
    var out = new StringBuilder(USUAL_SIZE);
    out.append("{\"action\":");
    JsonWriter.string(out, draft.action());
    out.append(",\"actor\":");
    JsonWriter.string(out, draft.actor());
    out.append(",\"correlation_id\":\"").append(draft.correlationId());
    out.append("\",\"details\":");
    value(out, draft.details());
    out.append(",\"id\":\"").append(draft.id());
    var beforePrevious = bytes(out.append("\",\"previous\":\""));
    out.setLength(0);
    out.append("\",\"resource\":");
    JsonWriter.string(out, draft.resource());
    out.append(",\"resource_id\":");
    JsonWriter.string(out, draft.resourceId());
    out.append(",\"source\":");
    JsonWriter.string(out, draft.source());
    out.append(",\"tenant\":\"").append(draft.tenant().value());
    var beforeSequence = bytes(out.append("\",\"tenant_seq\":"));
    out.setLength(0);
    out.append(",\"time\":\"");
    time(out, draft.time());
    out.append("\",\"trace_id\":");
    JsonWriter.string(out, draft.traceId());
    return new Entry.Rendered(
        draft, new Entry.Unplaced(beforePrevious, beforeSequence, bytes(out.append('}'))));
  }

  private static byte[] bytes(StringBuilder out) {
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// RFC 3339 in UTC with exactly six digits of fraction.
  static String time(Instant time) {
    var out = new StringBuilder(27);
    time(out, time);
    return out.toString();
  }

  private static void time(StringBuilder out, Instant time) {
    var utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
    digits(out, utc.getYear(), 1000);
    digits(out.append('-'), utc.getMonthValue(), 10);
    digits(out.append('-'), utc.getDayOfMonth(), 10);
    digits(out.append('T'), utc.getHour(), 10);
    digits(out.append(':'), utc.getMinute(), 10);
    digits(out.append(':'), utc.getSecond(), 10);
    digits(out.append('.'), utc.getNano() / 1000, 100_000);
    out.append('Z');
  }

  private static void digits(StringBuilder out, int number, int highest) {
    for (int place = highest; place > 0; place /= 10) {
      out.append((char) ('0' + number / place % 10));
    }
  }

  private static void value(StringBuilder out, Json value) {
    switch (value) {
      case JsonObject object -> members(out, object);
      case JsonArray(var items) -> {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          if (i > 0) {
            out.append(',');
          }
          value(out, items.get(i));
        }
        out.append(']');
      }
      case JsonString(var text) -> JsonWriter.string(out, text);
      case JsonNumber number when number.integral() -> out.append((long) number.value());
      case JsonNumber number -> out.append(JsonWriter.text(number));
      case JsonBoolean(var truth) -> out.append(truth);
      case JsonNull() -> out.append("null");
    }
  }

  private static void members(StringBuilder out, JsonObject object) {
    var names = object.members().keySet().toArray(String[]::new);
    Arrays.sort(names);
    out.append('{');
    boolean first = true;
    for (var name : names) {
      if (!first) {
        out.append(',');
      }
      first = false;
      JsonWriter.string(out, name);
      value(out.append(':'), object.member(name).orElseThrow());
    }
    out.append('}');
  }

  /// At least as many bytes as the value's canonical form has.
  ///
  /// Throws IllegalArgumentException if it nests deeper than [Entry#DEEPEST_DETAILS].
  static long bound(Json value) {
    return bound(value, 1);
  }

  private static long bound(Json value, int depth) {
    return switch (value) {
      case JsonObject(var members) -> {
        nested(depth);
        long bytes = 2;
        for (var member : members.entrySet()) {
          bytes += bound(member.getKey()) + 2 + bound(member.getValue(), depth + 1);
        }
        yield bytes;
      }
      case JsonArray(var items) -> {
        nested(depth);
        long bytes = 2;
        for (var item : items) {
          bytes += 1 + bound(item, depth + 1);
        }
        yield bytes;
      }
      case JsonString(var text) -> bound(text);
      case JsonNumber _ -> LONGEST_NUMBER;
      case JsonBoolean _ -> 5;
      case JsonNull() -> 4;
    };
  }

  /// The longest escape has six bytes.
  private static long bound(String text) {
    return 2 + 6L * text.length();
  }

  private static void nested(int depth) {
    if (depth > Entry.DEEPEST_DETAILS) {
      throw new IllegalArgumentException(
          "details nest deeper than " + Entry.DEEPEST_DETAILS + " levels");
    }
  }

  /// Throws IllegalArgumentException for a text that has no UTF-8 of its own; what is JSON has.
  static void wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean paired =
          Character.isHighSurrogate(c)
              ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
              : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
      if (Character.isSurrogate(c) && !paired) {
        throw new IllegalArgumentException("a lone surrogate stands in a string");
      }
    }
  }
}
