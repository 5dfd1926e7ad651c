package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.Flaw;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.usecase.ExportLedger.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exports of a real log: whole, of a period, since a checkpoint, while others write.
class ExportLedgerTest {
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  @TempDir Path folder;

  private Node node;
  private ExportLedger export;

  @BeforeEach
  void start() {
    node = new Node(LedgerDatabase.create()).start();
    export = new ExportLedger(node.ledger, node.reader, node.transactions, Node.ORIGIN);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /// Ten entries of each of two tenants, a minute apart, from noon on.
  private void fillTenMinutes() {
    for (int i = 0; i < 10; i++) {
      node.decide(2, ONE, TWO);
      node.clock.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void aPeriodHasItsEntriesAndNoOther() throws IOException {
    fillTenMinutes();
    var lines = export(period(3, 7));
    assertThat(times(lines)).containsExactly(at(3), at(4), at(5), at(6));
    assertThat(verified(lines, Optional.empty()).unproven())
        .containsExactly(Verdict.Unproven.PERIOD);
  }

  @Test
  void aPeriodMayBeOpenOnEitherSide() throws IOException {
    fillTenMinutes();
    assertThat(times(export(new Wanted(Optional.of(at(8)), Optional.empty(), Optional.empty()))))
        .containsExactly(at(8), at(9));
    var begin = export(new Wanted(Optional.empty(), Optional.of(at(2)), Optional.empty()));
    assertThat(times(begin)).containsExactly(at(0), at(1));
    assertThat(verified(begin, Optional.empty()).entries()).isEqualTo(2);
  }

  @Test
  void aPeriodWithoutEntriesIsAnExportOfNone() throws IOException {
    fillTenMinutes();
    for (var wanted :
        List.of(
            period(-90, -80),
            period(500, 600),
            new Wanted(Optional.of(at(3).plusSeconds(1)), Optional.of(at(4)), Optional.empty()))) {
      var lines = export(wanted);
      assertThat(lines).hasSize(2);
      assertThat(verified(lines, Optional.empty()).entries()).isZero();
    }
  }

  /// The clocks of nodes differ, and one may be set back: nothing of the period is left out, and no
  /// gap opens.
  @Test
  void timesThatGoBackOrStandStillLeaveNothingOut() throws IOException {
    for (int minute : new int[] {0, 5, 5, 3, 5, 9, 4, 9, 12, 11, 20}) {
      node.clock.set(at(minute));
      node.decide(1, ONE);
    }
    var lines = export(period(4, 9));
    assertThat(times(lines)).containsExactly(at(5), at(5), at(3), at(5), at(9), at(4));
    verified(lines, Optional.empty());
  }

  @Test
  void anExportSinceACheckpointProvesThatTheLogContinuesIt() throws IOException {
    node.decide(70, ONE, TWO);
    var older = node.covered(70);
    node.decide(300, ONE, TWO);
    long size = older.checkpoint().size();
    var lines = export(since(size));
    assertThat(verified(lines, Optional.of(older)).unproven()).isEmpty();
    var without = verified(export(Wanted.ALL), Optional.of(older));
    assertThat(without.unproven()).containsExactly(Verdict.Unproven.CONSISTENCY);
    assertThat(verified(export(since(0)), Optional.empty()).unproven()).isEmpty();
  }

  @Test
  void aCheckpointBeyondTheLogIsRefusedBeforeAnythingIsLogged() {
    node.decide(1, ONE);
    node.covered(1);
    assertThatThrownBy(() -> export.prepare(node.call(ONE), since(1_000)))
        .isInstanceOf(Refusal.Invalid.class);
    assertThat(node.database.number("select count(*) from ledger.entry")).isEqualTo(1);
  }

  /// Between the commit of the entry that logs an export and its index, decisions may come in.
  @Test
  void anExportVerifiesWhileTheTenantGoesOn() throws Exception {
    node.decide(50, ONE);
    var done = new AtomicBoolean();
    var busy =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 2_000 && !done.get(); i++) {
                node.decide(1, ONE);
              }
            });
    try {
      for (int i = 0; i < 10; i++) {
        assertThat(verified(export(Wanted.ALL), Optional.empty()).unproven()).isEmpty();
      }
    } finally {
      done.set(true);
      busy.join();
    }
  }

  @Test
  void aReaderThatWentAwayEndsTheExportWithItsPage() {
    node.decide(1_100, ONE);
    var prepared = export.prepare(node.call(ONE), Wanted.ALL);
    var seen = new ArrayList<String>();
    assertThatThrownBy(() ->
            export.write(
                prepared,
                line -> {
                  seen.add(line);
                  if (seen.size() == 10) {
                    throw new IllegalStateException("gone");
                  }
                }))
        .hasMessage("gone");
    assertThat(seen).hasSize(10);
    assertThat(
            node.database.number(
                "select count(*) from pg_stat_activity where datname = current_database() and usename = 'countersign_app' and state <> 'idle'"))
        .isZero();
  }

  @Test
  void anEntryLeftOutOfAPeriodIsFound() throws IOException {
    fillTenMinutes();
    var lines = export(period(2, 8));
    for (int line = 1; line < lines.size() - 1; line++) {
      var omitted = new ArrayList<>(lines);
      omitted.remove(line);
      var count = "\"count\":%d,";
      omitted.set(
          omitted.size() - 1, omitted.getLast().replace(count.formatted(6), count.formatted(5)));
      assertThat(verify(omitted, Optional.empty()))
          .isInstanceOfSatisfying(
              Verdict.Refused.class,
              refused ->
                  assertThat(refused.flaw()).isIn(Flaw.BROKEN_CHAIN_OF_ENTRIES, Flaw.WRONG_COUNT));
    }
  }

  private static Instant at(int minute) {
    return NOON.plus(Duration.ofMinutes(minute));
  }

  private static Wanted period(int from, int to) {
    return new Wanted(Optional.of(at(from)), Optional.of(at(to)), Optional.empty());
  }

  private static Wanted since(long size) {
    return new Wanted(Optional.empty(), Optional.empty(), Optional.of(size));
  }

  private List<String> export(Wanted wanted) {
    var lines = new ArrayList<String>();
    export.write(export.prepare(node.call(ONE), wanted), lines::add);
    return lines;
  }

  private static List<Instant> times(List<String> lines) {
    return lines.subList(1, lines.size() - 1).stream()
        .map(line -> line.replaceFirst(".*\"time\":\"([^\"]*)\".*", "$1"))
        .map(Instant::parse)
        .toList();
  }

  private Verdict.Verified verified(List<String> lines, Optional<CheckpointSigner.Signed> since)
      throws IOException {
    var verdict = verify(lines, since);
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    return (Verdict.Verified) verdict;
  }

  private Verdict verify(List<String> lines, Optional<CheckpointSigner.Signed> since)
      throws IOException {
    var file = Files.writeString(folder.resolve("e.jsonl"), String.join("\n", lines) + "\n");
    var verifier = new ExportVerifier(Node.keys());
    return since
        .map(older -> verifier.since(older.note()))
        .orElse(verifier)
        .verify(file, (_, _) -> {});
  }
}
