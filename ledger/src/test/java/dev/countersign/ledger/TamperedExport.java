package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// A tenant's export, and everything that somebody can do to it who has no key.
///
/// One thing is not among them: an entry that is said to be erased. Nothing can tell it from one
/// that was, so a verifier counts them and says how many.
final class TamperedExport {
  private static final SigningKey STRANGER =
      SigningKey.generate(SmallLog.ORIGIN, SignatureType.ED25519, new SecureRandom());

  private final SmallLog log = new SmallLog(new SplittableRandom(11)).grow(120);

  /// What the receiver holds, of the log when it had 120 entries.
  final SignedNote held = log.checkpoint();

  /// The untouched export, and one of the time when the log had fewer entries than are held.
  final List<String> lines;

  private final List<String> earlier;

  /// The same tenant's later one, whose last line can be put under an older export.
  private final List<String> later;

  TamperedExport() {
    var small = new SmallLog(new SplittableRandom(11)).grow(90);
    earlier = export(small, 90);
    log.grow(30);
    lines = export(log, 120);
    log.grow(40);
    later = export(log, 120);
  }

  /// What was done, and what it must be called.
  ///
  /// @param flaws how it may be called; empty if it is no flaw but must be named as unproven
  // Bytes and no text: not all of them are UTF-8 any more.
  @SuppressWarnings("ArrayRecordComponent")
  record Tampered(String kind, byte[] text, Set<Flaw> flaws) {}

  private static List<String> export(SmallLog log, long since) {
    var tenant = Generated.TENANT;
    var header = new Export.Header(tenant, SmallLog.ORIGIN, null, null);
    var rows = List.copyOf(log.rows);
    var draft = Generated.draft(new SplittableRandom(rows.size()), tenant);
    long closing =
        log.append(
                new Entry.Draft(
                    draft.id(),
                    tenant,
                    draft.time(),
                    draft.actor(),
                    Export.CLOSING_ACTION,
                    "ledger",
                    "",
                    draft.correlationId(),
                    "",
                    "",
                    Export.Range.ALL.details(header)))
            .index();
    log.grow(5);
    var lines = new ArrayList<String>();
    lines.add(header.line());
    rows.stream()
        .filter(row -> row.tenant().equals(tenant))
        .forEach(row -> lines.add(Export.line(log.proven(row.held(), row.index()))));
    long count = lines.size() - 1L;
    var path = log.proofs().consistency(since, log.head.size()).path();
    lines.add(
        new Export.Footer(
                count,
                log.checkpoint(),
                count,
                new Export.Consistency(since, path),
                log.proven(log.rows.get((int) closing).held(), closing))
            .line());
    return lines;
  }

  /// One random tampering.
  Tampered next(RandomGenerator random) {
    int entry = random.nextInt(1, lines.size() - 1);
    return switch (random.nextInt(24)) {
      case 0 -> bit(random);
      case 1 -> new Tampered("truncation", cut(random), Set.of(Flaw.TAIL_CUT));
      case 2, 3 -> edited("field", entry, json -> field(random, json), Flaw.ALTERED_CONTENT);
      case 4 -> edited("salt", entry, json -> hex(random, json, "salt"), Flaw.ALTERED_CONTENT);
      case 5 -> edited("leaf", entry, json -> hex(random, json, "leaf"), Flaw.ALTERED_CONTENT);
      case 6 ->
          edited("field and leaf", entry, json -> leaf(field(random, json)), Flaw.WRONG_POSITION);
      case 7 -> edited("position", entry, json -> moved(random, json), Flaw.WRONG_POSITION);
      case 8 -> edited("proof", entry, json -> path(random, json), Flaw.WRONG_POSITION);
      case 9, 10 -> removed(random, false);
      case 11, 12 -> removed(random, true);
      case 13 -> {
        var changed = new ArrayList<>(lines);
        changed.add(random.nextInt(entry, lines.size() - 1) + 1, lines.get(entry));
        yield new Tampered("duplicate", text(changed), Set.of(Flaw.BROKEN_CHAIN_OF_ENTRIES));
      }
      case 14 -> {
        var changed = new ArrayList<>(lines);
        int other = 1 + (entry + random.nextInt(1, lines.size() - 2) - 1) % (lines.size() - 2);
        Collections.swap(changed, entry, other);
        yield new Tampered("order", text(changed), Set.of(Flaw.BROKEN_CHAIN_OF_ENTRIES));
      }
      case 15 -> inserted(random);
      case 16 -> header(random);
      case 17, 18, 19 -> footer(random);
      case 20 -> checkpoint(random);
      case 21 -> new Tampered("replay of an old export", text(earlier), Set.of(Flaw.TAIL_CUT));
      case 22 -> {
        var changed = new ArrayList<>(lines);
        changed.set(lines.size() - 1, earlier.getLast());
        yield new Tampered("replay of an old head", text(changed), Set.of(Flaw.TAIL_CUT));
      }
      default -> {
        var changed = new ArrayList<>(lines);
        changed.set(lines.size() - 1, later.getLast());
        yield new Tampered("another head", text(changed), Set.of(Flaw.WRONG_POSITION));
      }
    };
  }

  private Tampered bit(RandomGenerator random) {
    var flipped = text(lines);
    flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    return new Tampered("bit", flipped, EnumSet.allOf(Flaw.class));
  }

  private byte[] cut(RandomGenerator random) {
    var text = text(lines);
    return Arrays.copyOf(text, random.nextInt(1, text.length));
  }

  private Tampered edited(String kind, int line, UnaryOperator<JsonObject> change, Flaw flaw) {
    var changed = new ArrayList<>(lines);
    changed.set(line, JsonWriter.text(change.apply(read(lines.get(line)))));
    return new Tampered(kind, text(changed), Set.of(flaw));
  }

  private static JsonObject field(RandomGenerator random, JsonObject json) {
    var entry = json.object("entry").orElseThrow();
    var changed =
        switch (random.nextInt(6)) {
          case 0 -> entry.with("actor", Json.of(Generated.text(random, 21, 30)));
          case 1 -> entry.with("action", Json.of("something.else"));
          case 2 -> entry.with("resource_id", Json.of(Generated.text(random, 21, 30)));
          case 3 -> entry.with("time", Json.of("2025-12-31T00:00:00.000000Z"));
          case 4 -> entry.with("source", Json.of("203.0.113.9"));
          default ->
              entry.with(
                  "details",
                  entry.object("details").orElseThrow().with("added", Json.of(random.nextInt())));
        };
    return json.with("entry", changed);
  }

  private static JsonObject leaf(JsonObject json) {
    var salt = Salt.parse(json.text("salt").orElseThrow()).orElseThrow();
    var entry = Entry.parse(json.object("entry").orElseThrow());
    return json.with("leaf", Json.of(new Disclosure.Held(salt, entry).leafHash().hex()));
  }

  private static JsonObject hex(RandomGenerator random, JsonObject json, String member) {
    return json.with(member, Json.of(Generated.digest(random).hex()));
  }

  private JsonObject moved(RandomGenerator random, JsonObject json) {
    long index = json.number("log_index").orElseThrow().longValue();
    long other = random.nextInt(2 * log.rows.size());
    return json.with("log_index", Json.of(other == index ? index + 1 : other));
  }

  private static JsonObject path(RandomGenerator random, JsonObject json) {
    var path = new ArrayList<Json>(json.items("proof"));
    switch (random.nextInt(3)) {
      case 0 -> path.remove(random.nextInt(path.size()));
      case 1 -> path.add(Json.of(Generated.digest(random).hex()));
      default -> path.set(random.nextInt(path.size()), Json.of(Digest.ZERO.hex()));
    }
    return json.with("proof", Json.array(path));
  }

  /// Leaves out entries of the tenant; with `counted`, so that the last line agrees.
  private Tampered removed(RandomGenerator random, boolean counted) {
    int first = random.nextInt(1, lines.size() - 1);
    int behind = random.nextInt(first + 1, Math.min(first + 4, lines.size() - 1) + 1);
    var changed = new ArrayList<>(lines);
    changed.subList(first, behind).clear();
    boolean tail = behind == lines.size() - 1;
    if (counted) {
      int count = changed.size() - 2;
      var footer = read(changed.removeLast()).with("count", Json.of(count));
      changed.add(JsonWriter.text(tail ? footer.with("tenant_size", Json.of(count)) : footer));
    }
    return new Tampered(
        counted ? "omission with its count" : "omission",
        text(changed),
        Set.of(tail ? Flaw.TAIL_CUT : Flaw.BROKEN_CHAIN_OF_ENTRIES));
  }

  /// Another tenant's entry at its place among the others.
  private Tampered inserted(RandomGenerator random) {
    var foreign =
        log.rows.stream()
            .filter(row -> row.tenant().equals(Generated.OTHER) && row.index() < 150)
            .toList();
    var row = foreign.get(random.nextInt(foreign.size()));
    var footer = read(lines.getLast());
    var size =
        Checkpoint.parse(SignedNote.parse(footer.text("checkpoint").orElseThrow()).text()).size();
    var path = log.proofs().inclusion(row.index(), size).path();
    var changed = new ArrayList<>(lines);
    int at = 1;
    while (at < lines.size() - 1
        && read(lines.get(at)).number("log_index").orElseThrow() < row.index()) {
      at++;
    }
    changed.add(at, Export.line(ProvenEntry.of(row.index(), row.held(), path)));
    return new Tampered("insertion", text(changed), Set.of(Flaw.WRONG_TENANT));
  }

  private Tampered header(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 ->
          edited(
              "header",
              0,
              json -> json.with("tenant", Json.of(Generated.OTHER.toString())),
              Flaw.WRONG_TENANT);
      case 1 ->
          edited(
              "header",
              0,
              json -> json.with("origin", Json.of("other.example/log")),
              Flaw.WRONG_ORIGIN);
      case 2 ->
          edited(
              "header",
              0,
              json -> json.with("from", Json.of("2026-01-01T00:00:00Z")),
              Flaw.WRONG_COUNT);
      default ->
          edited(
              "header",
              0,
              json -> json.with("to", Json.of("2026-01-01T00:00:00Z")),
              Flaw.WRONG_COUNT);
    };
  }

  private Tampered footer(RandomGenerator random) {
    int last = lines.size() - 1;
    long count = last - 1L;
    return switch (random.nextInt(7)) {
      case 0 ->
          edited(
              "count",
              last,
              json -> json.with("count", Json.of(count + random.nextInt(1, 9))),
              Flaw.TAIL_CUT);
      case 1 ->
          edited(
              "count",
              last,
              json -> json.with("count", Json.of(count - random.nextInt(1, 9))),
              Flaw.WRONG_COUNT);
      case 2 ->
          edited(
              "count",
              last,
              json -> json.with("tenant_size", Json.of(count + random.nextInt(1, 9))),
              Flaw.TAIL_CUT);
      case 3 ->
          edited(
              "consistency",
              last,
              json ->
                  json.with("consistency", path(random, json.object("consistency").orElseThrow())),
              Flaw.BROKEN_CHAIN_OF_CHECKPOINTS);
      case 4 ->
          edited(
              "logged entry",
              last,
              json -> json.with("closing", field(random, json.object("closing").orElseThrow())),
              Flaw.ALTERED_CONTENT);
      default -> {
        var member = random.nextBoolean() ? "closing" : "consistency";
        var changed = new ArrayList<>(lines);
        changed.set(last, JsonWriter.text(without(read(lines.getLast()), member)));
        yield new Tampered("without " + member, text(changed), Set.of());
      }
    };
  }

  private Tampered checkpoint(RandomGenerator random) {
    int last = lines.size() - 1;
    var note = SignedNote.parse(read(lines.getLast()).text("checkpoint").orElseThrow());
    var checkpoint = Checkpoint.parse(note.text());
    var changed =
        switch (random.nextInt(3)) {
          case 0 -> SignedNote.sign(note.text(), List.of(STRANGER));
          case 1 ->
              new SignedNote(
                  with(checkpoint, checkpoint.size() + 1, checkpoint.root()), note.signatures());
          default ->
              new SignedNote(
                  with(checkpoint, checkpoint.size(), Generated.digest(random)), note.signatures());
        };
    return edited(
        "checkpoint",
        last,
        json -> json.with("checkpoint", Json.of(changed.toString())),
        Flaw.BAD_SIGNATURE);
  }

  private static String with(Checkpoint checkpoint, long size, Digest root) {
    return new Checkpoint(checkpoint.origin(), size, root, List.of()).text();
  }

  private static JsonObject without(JsonObject json, String member) {
    var members = new LinkedHashMap<>(json.members());
    members.remove(member);
    return new JsonObject(members);
  }

  private static JsonObject read(String line) {
    return (JsonObject) JsonReader.read(line, 20);
  }

  static byte[] text(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
