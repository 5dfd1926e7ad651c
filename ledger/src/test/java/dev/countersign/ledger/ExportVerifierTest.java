package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportVerifierTest {

  private static final TrustedKeys KEYS = TrustedKeys.of(SmallLog.KEY.verifier());
  private static final Export.Header ALL =
      new Export.Header(Generated.TENANT, SmallLog.ORIGIN, null, null);

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(11);
  private final SmallLog log = new SmallLog(random).grow(120);
  private final SignedNote before = log.checkpoint();

  @Test
  void aWholeExportVerifies() {
    var reported = new ArrayList<Long>();
    var lines = export(ALL, true, before);
    var verdict = verify(new ExportVerifier(KEYS).since(before), lines, reported);
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> {
              assertThat(verified.entries()).isEqualTo(lines.size() - 2L);
              assertThat(verified.unproven()).isEmpty();
            });
    assertThat(reported).hasSize(lines.size() - 2).isSorted();
  }

  @Test
  void anExportWithoutEntriesVerifies() {
    var empty = new SmallLog(random);
    var header = new Export.Header(Generated.TENANT, SmallLog.ORIGIN, null, null);
    var footer = new Export.Footer(0, empty.checkpoint(), 0, null, null);
    assertVerified(new ExportVerifier(KEYS), List.of(header.line(), footer.line()));
  }

  /// What a download leaves that was interrupted: the exact place is named.
  @Test
  void aDownloadThatWasInterruptedIsNamedByItsPlace() {
    var text = new String(text(export(ALL, true, before)), StandardCharsets.UTF_8);
    int third = text.indexOf('\n', text.indexOf('\n', text.indexOf('\n') + 1) + 1);
    for (int end : List.of(third - 1, third)) {
      assertThat(
              verify(
                  new ExportVerifier(KEYS),
                  text.substring(0, end).getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(
              new Verdict.Refused(
                  Flaw.TAIL_CUT,
                  "line 3",
                  "the export ends here, within the line, without its count and checkpoint: was the download interrupted?"));
    }
    assertThat(
            verify(
                new ExportVerifier(KEYS),
                text.substring(0, third + 1).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(
            new Verdict.Refused(
                Flaw.TAIL_CUT,
                "line 4",
                "the export ends here, without its count and checkpoint: was the download interrupted?"));
  }

  @Test
  void whatCantBeProvedIsNamed() {
    log.grow(5);
    var lines = export(ALL, false, null);
    assertThat(verify(new ExportVerifier(KEYS).since(before), lines))
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified ->
                assertThat(verified.unproven())
                    .containsExactly(Verdict.Unproven.CONSISTENCY, Verdict.Unproven.TAIL));
  }

  @Test
  void leavesMayBeLeftOut() {
    var lines = new ArrayList<>(export(ALL, true, before));
    lines.replaceAll(line -> without(line, "leaf"));
    assertVerified(new ExportVerifier(KEYS), lines);
    var altered = edit(lines.get(5), "entry", entry -> entry.with("actor", Json.of("x")));
    lines.set(5, altered);
    assertFlaw(lines, Flaw.NOT_IN_LOG);
  }

  @Test
  void aPeriodVerifiesFromItsFirstEntryToItsLast() {
    var header =
        new Export.Header(
            Generated.TENANT, SmallLog.ORIGIN, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
    var lines = new ArrayList<>(export(header, true, before));
    lines.subList(lines.size() - 6, lines.size() - 1).clear();
    lines.subList(1, 6).clear();
    var footer = (JsonObject) JsonReader.read(lines.removeLast(), 20);
    int count = lines.size() - 1;
    lines.add(JsonWriter.text(without(footer, "closing").with("count", Json.of(count))));
    assertVerified(new ExportVerifier(KEYS), lines);
    lines.remove(4);
    assertFlaw(lines, Flaw.BROKEN_CHAIN_OF_ENTRIES);
  }

  @Test
  void erasedEntriesKeepTheirPlaceInTheChain() {
    var lines = new ArrayList<>(export(ALL, true, before));
    for (int line : List.of(1, 4, 5, lines.size() - 2)) {
      lines.set(line, erased(lines.get(line)));
    }
    assertThat(verify(new ExportVerifier(KEYS), lines))
        .isInstanceOfSatisfying(
            Verdict.Verified.class, verified -> assertThat(verified.erased()).isEqualTo(4));
    lines.remove(4);
    assertFlaw(lines, Flaw.BROKEN_CHAIN_OF_ENTRIES);
  }

  @Test
  void anErasedEntryIsNotCountedTwice() {
    var period = new Export.Header(Generated.TENANT, SmallLog.ORIGIN, "2026-01-01T00:00:00Z", null);
    var lines = new ArrayList<>(export(period, false, null));
    lines.set(1, erased(lines.get(1)));
    assertVerified(new ExportVerifier(KEYS), lines);
    lines.add(1, lines.get(1));
    assertFlaw(lines, Flaw.BROKEN_CHAIN_OF_ENTRIES);
  }

  @Test
  void anEntryThatTheLogItselfChainedWronglyIsNamed() {
    var draft = Generated.draft(random, Generated.TENANT);
    long size = log.rows.stream().filter(r -> r.tenant().equals(Generated.TENANT)).count();
    log.append(draft.chained(size, log.rows.getFirst().held().leafHash()));
    assertFlaw(export(ALL, false, null), Flaw.BROKEN_CHAIN_OF_ENTRIES);
  }

  @Test
  void anEntryHiddenBeforeTheLoggedCountIsFound() {
    var draft = Generated.draft(random, Generated.TENANT);
    var rows = List.copyOf(log.rows);
    long size = rows.stream().filter(r -> r.tenant().equals(Generated.TENANT)).count();
    // The log hides an entry and gives the logged count its sequence number.
    log.append(draft);
    var hidden = log.rows.getLast();
    var closing =
        new Entry.Draft(
            draft.id(),
            draft.tenant(),
            draft.time(),
            draft.actor(),
            Export.CLOSING_ACTION,
            "export",
            "",
            draft.correlationId(),
            "",
            "",
            Export.Range.ALL.details(ALL));
    var index = log.append(closing.chained(size, hidden.held().leafHash())).index();
    assertFlaw(lines(ALL, rows, index, null), Flaw.TAIL_CUT);
  }

  @Test
  void alteredContentIsNamedAtTheFirstEntry() {
    var lines = new ArrayList<>(export(ALL, true, before));
    for (int line : List.of(7, 3)) {
      lines.set(line, edit(lines.get(line), "entry", entry -> entry.with("actor", Json.of("x"))));
    }
    long index =
        ((JsonObject) JsonReader.read(lines.get(3), 20))
            .number("log_index")
            .orElseThrow()
            .longValue();
    assertThat(verify(new ExportVerifier(KEYS), lines))
        .isEqualTo(
            new Verdict.Refused(
                Flaw.ALTERED_CONTENT,
                "log index " + index,
                "the entry is not the one its leaf commits to"));
  }

  @Test
  void eachKindOfTamperingIsNamed() {
    var lines = export(ALL, true, before);
    assertFlaw(removed(lines, 3), Flaw.BROKEN_CHAIN_OF_ENTRIES);
    assertFlaw(removed(lines, 1), Flaw.BROKEN_CHAIN_OF_ENTRIES);
    assertFlaw(removed(lines, lines.size() - 2), Flaw.TAIL_CUT);
    assertFlaw(removed(lines, lines.size() - 1), Flaw.TAIL_CUT);
    assertFlaw(removed(lines, 0), Flaw.MALFORMED);
    var swapped = new ArrayList<>(lines);
    Collections.swap(swapped, 3, 4);
    assertFlaw(swapped, Flaw.BROKEN_CHAIN_OF_ENTRIES);
    var twice = new ArrayList<>(lines);
    twice.add(4, lines.get(3));
    assertFlaw(twice, Flaw.BROKEN_CHAIN_OF_ENTRIES);
    var moved = new ArrayList<>(lines);
    moved.set(3, edit(lines.get(3), json -> json.with("log_index", Json.of(119))));
    assertFlaw(moved, Flaw.WRONG_POSITION);
    var foreign = new ArrayList<>(lines);
    var row = log.rows.stream().filter(r -> r.tenant().equals(Generated.OTHER)).findFirst();
    foreign.add(1, Export.line(log.proven(row.orElseThrow().held(), row.orElseThrow().index())));
    assertFlaw(foreign, Flaw.WRONG_TENANT);
    var unknown = new ArrayList<>(lines);
    unknown.set(3, edit(lines.get(3), json -> json.with("note", Json.of("x"))));
    assertFlaw(unknown, Flaw.MALFORMED);
  }

  @Test
  void aTailCutWithItsCountIsFoundByTheLoggedCount() {
    var lines = new ArrayList<>(export(ALL, true, before));
    lines.remove(lines.size() - 2);
    int count = lines.size() - 2;
    var footer = (JsonObject) JsonReader.read(lines.removeLast(), 20);
    var cut = footer.with("count", Json.of(count)).with("tenant_size", Json.of(count));
    lines.add(JsonWriter.text(cut));
    assertFlaw(lines, Flaw.TAIL_CUT);
    lines.set(lines.size() - 1, JsonWriter.text(without(cut, "closing")));
    assertThat(verify(new ExportVerifier(KEYS), lines))
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> assertThat(verified.unproven()).contains(Verdict.Unproven.TAIL));
  }

  @Test
  void anOlderExportIsFoundByANewerCheckpoint() {
    var old = export(ALL, true, before);
    log.grow(10);
    var newer = log.checkpoint();
    assertThat(flaw(new ExportVerifier(KEYS).since(newer), old)).isEqualTo(Flaw.TAIL_CUT);
    // The same, with the newer checkpoint and proofs put under it.
    var forged = lines(ALL, log.rows.subList(0, 120), 120, null);
    assertThat(flaw(new ExportVerifier(KEYS).since(newer), forged)).isEqualTo(Flaw.TAIL_CUT);
  }

  @Test
  void aLogThatWasRewrittenIsFoundByAnOlderCheckpoint() {
    var other = new SmallLog(new SplittableRandom(99)).grow(60);
    var verifier = new ExportVerifier(KEYS).since(other.checkpoint());
    var consistency =
        new Export.Consistency(60, log.proofs().consistency(60, log.head.size()).path());
    var lines = lines(ALL, log.rows, -1, consistency);
    assertThat(flaw(verifier, lines)).isEqualTo(Flaw.BROKEN_CHAIN_OF_CHECKPOINTS);
    var same = new SmallLog(new SplittableRandom(98)).grow(120).checkpoint();
    assertThat(flaw(new ExportVerifier(KEYS).since(same), lines))
        .isEqualTo(Flaw.BROKEN_CHAIN_OF_CHECKPOINTS);
  }

  @Test
  void everyRandomTamperingIsFound() {
    var lines = export(ALL, true, before);
    var verifier = new ExportVerifier(KEYS).since(before);
    var text = text(lines);
    Generated.holdsFor(
        1500,
        random -> {
          var tampered = tampered(random, lines, text);
          assertThat(verify(verifier, tampered))
              .as(new String(tampered, StandardCharsets.UTF_8))
              .isInstanceOf(Verdict.Refused.class);
        });
  }

  private byte[] tampered(RandomGenerator random, List<String> lines, byte[] text) {
    var changed = new ArrayList<>(lines);
    int at = random.nextInt(lines.size());
    int other = (at + random.nextInt(1, lines.size())) % lines.size();
    switch (random.nextInt(6)) {
      case 0 -> changed.remove(at);
      case 1 -> changed.add(at, lines.get(other));
      case 2 -> changed.set(at, lines.get(other));
      case 3 -> Collections.swap(changed, at, other);
      case 4 -> {
        return Arrays.copyOf(text, random.nextInt(text.length));
      }
      default -> {
        var flipped = text.clone();
        flipped[random.nextInt(text.length)] ^= (byte) (1 << random.nextInt(8));
        return flipped;
      }
    }
    return text(changed);
  }

  /// All of the tenant's entries, after which the log has logged the count if `closed`.
  private List<String> export(Export.Header header, boolean closed, @Nullable SignedNote older) {
    var rows = List.copyOf(log.rows);
    long closing = -1;
    if (closed) {
      var draft = Generated.draft(random, header.tenant());
      closing =
          log.append(
                  new Entry.Draft(
                      draft.id(),
                      draft.tenant(),
                      draft.time(),
                      draft.actor(),
                      Export.CLOSING_ACTION,
                      "export",
                      "",
                      draft.correlationId(),
                      "",
                      "",
                      Export.Range.ALL.details(header)))
              .index();
      log.grow(5);
    }
    Export.Consistency consistency = null;
    if (older != null) {
      long from = Checkpoint.parse(older.text()).size();
      consistency =
          new Export.Consistency(from, log.proofs().consistency(from, log.head.size()).path());
    }
    return lines(header, rows, closing, consistency);
  }

  private List<String> lines(
      Export.Header header,
      List<SmallLog.Row> rows,
      long closing,
      Export.@Nullable Consistency consistency) {
    var lines = new ArrayList<String>();
    lines.add(header.line());
    for (var row : rows) {
      if (row.tenant().equals(header.tenant())) {
        lines.add(Export.line(log.proven(row.held(), row.index())));
      }
    }
    long count = lines.size() - 1L;
    lines.add(
        new Export.Footer(
                count,
                log.checkpoint(),
                count,
                consistency,
                closing < 0 ? null : log.proven(log.rows.get((int) closing).held(), closing))
            .line());
    return lines;
  }

  private static String erased(String line) {
    var json = (JsonObject) JsonReader.read(line, 20);
    var erased = Json.object().put("time", "2026-02-01T00:00:00Z").put("reason", "asked").build();
    return JsonWriter.text(without(without(json, "salt"), "entry").with("erased", erased));
  }

  private static String without(String line, String member) {
    return JsonWriter.text(without((JsonObject) JsonReader.read(line, 20), member));
  }

  private static JsonObject without(JsonObject json, String member) {
    var members = new LinkedHashMap<>(json.members());
    members.remove(member);
    return new JsonObject(members);
  }

  private static String edit(String line, UnaryOperator<JsonObject> change) {
    return JsonWriter.text(change.apply((JsonObject) JsonReader.read(line, 20)));
  }

  private static String edit(String line, String member, UnaryOperator<JsonObject> change) {
    return edit(line, json -> json.with(member, change.apply(json.object(member).orElseThrow())));
  }

  private static List<String> removed(List<String> lines, int at) {
    var changed = new ArrayList<>(lines);
    changed.remove(at);
    return changed;
  }

  private static byte[] text(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void assertVerified(ExportVerifier verifier, List<String> lines) {
    assertThat(verify(verifier, lines)).isInstanceOf(Verdict.Verified.class);
  }

  private void assertFlaw(List<String> lines, Flaw flaw) {
    assertThat(flaw(new ExportVerifier(KEYS), lines)).isEqualTo(flaw);
  }

  private Flaw flaw(ExportVerifier verifier, List<String> lines) {
    var verdict = verify(verifier, lines);
    if (verdict instanceof Verdict.Refused refused) {
      return refused.flaw();
    }
    throw new AssertionError("it was not refused but " + verdict);
  }

  private Verdict verify(ExportVerifier verifier, List<String> lines) {
    return verify(verifier, lines, new ArrayList<>());
  }

  private Verdict verify(ExportVerifier verifier, List<String> lines, List<Long> reported) {
    return verify(verifier, text(lines), reported);
  }

  private Verdict verify(ExportVerifier verifier, byte[] text) {
    return verify(verifier, text, new ArrayList<>());
  }

  private Verdict verify(ExportVerifier verifier, byte[] text, List<Long> reported) {
    try {
      var file = folder.resolve("export.jsonl");
      Files.write(file, text);
      return verifier.verify(file, (entries, _) -> reported.add(entries));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
