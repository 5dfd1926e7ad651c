package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The members of a JSON object in a receipt or an export: every one must be known and of its type.
///
/// The kernel's `Fields` gathers all problems of a request for its sender; here the first one ends
/// the reading, and what was not understood must not pass as verified.
final class Members {

  /// The deepest details, in an entry, in a closing line, in the last line.
  private static final int DEEPEST = Entry.DEEPEST_DETAILS + 3;

  private final JsonObject object;

  private Members(JsonObject object) {
    this.object = object;
  }

  static Members read(byte[] json, String... known) {
    try {
      if (JsonReader.read(json, DEEPEST) instanceof JsonObject object) {
        return of(object, known);
      }
    } catch (MalformedJson e) {
      throw new MalformedLedgerData("it is not JSON: " + e.getMessage(), e);
    }
    throw new MalformedLedgerData("an object was expected");
  }

  /// The names of an object's members; none if it is no object.
  static Set<String> names(byte[] json) {
    try {
      return JsonReader.read(json, DEEPEST) instanceof JsonObject object
          ? object.members().keySet()
          : Set.of();
    } catch (MalformedJson e) {
      return Set.of();
    }
  }

  static Members of(JsonObject object, String... known) {
    for (var name : object.members().keySet()) {
      if (!Arrays.asList(known).contains(name)) {
        throw new MalformedLedgerData("member `" + name + "` is unknown");
      }
    }
    return new Members(object);
  }

  boolean has(String name) {
    return object.members().containsKey(name);
  }

  String text(String name) {
    return object.text(name).orElseThrow(() -> malformed(name, "a string"));
  }

  /// An index, a size or a count.
  long number(String name) {
    if (object.member(name).orElse(null) instanceof JsonNumber number
        && number.integral()
        && number.value() >= 0) {
      return (long) number.value();
    }
    throw malformed(name, "a number of entries");
  }

  Digest digest(String name) {
    return object.text(name).flatMap(Digest::parse).orElseThrow(() -> malformed(name, "a digest"));
  }

  Salt salt(String name) {
    return object.text(name).flatMap(Salt::parse).orElseThrow(() -> malformed(name, "a salt"));
  }

  JsonObject object(String name) {
    return object.object(name).orElseThrow(() -> malformed(name, "an object"));
  }

  Json any(String name) {
    return object.member(name).orElseThrow(() -> malformed(name, "there"));
  }

  List<Digest> digests(String name) {
    if (!(object.member(name).orElse(null) instanceof JsonArray(var items))) {
      throw malformed(name, "an array");
    }
    var digests = new ArrayList<Digest>();
    for (var item : items) {
      var hex = item instanceof JsonString(var text) ? text : "";
      digests.add(Digest.parse(hex).orElseThrow(() -> malformed(name, "digests")));
    }
    return digests;
  }

  private static MalformedLedgerData malformed(String name, String wanted) {
    return new MalformedLedgerData("member `" + name + "` is not " + wanted);
  }
}
