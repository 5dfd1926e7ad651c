package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.AddCheckpoint;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.NoteSignature;
import dev.countersign.ledger.NoteVerdict;
import dev.countersign.ledger.ProofBuilder;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TileBuilder;
import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.WatchedLog;
import dev.countersign.ledger.store.Alarms;
import dev.countersign.ledger.store.WatchedLogs;
import dev.countersign.ledger.usecase.CosignCheckpoint.Answer;
import dev.countersign.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// The witness role: what is cosigned, what is refused, and what is kept.
class CosignCheckpointTest {
  private static final String ORIGIN = "watched.test/log";
  private static final SigningKey LOG =
      SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
  private static final List<SigningKey> WITNESS =
      List.of(
          SigningKey.generate("witness.test/w", SignatureType.COSIGNATURE_V1, new SecureRandom()),
          SigningKey.generate(
              "witness.test/w", SignatureType.COSIGNATURE_ML_DSA_44, new SecureRandom()));

  private final LedgerDatabase database = LedgerDatabase.create();
  private final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  private final LogState state = new LogState(true);
  private final CosignCheckpoint witness = witness();

  private CosignCheckpoint witness() {
    return new CosignCheckpoint(
        List.of(new WatchedLog(ORIGIN, List.of(LOG.verifier()))),
        WITNESS,
        new WatchedLogs(database.as(DatabaseRole.APP)),
        state,
        clock);
  }

  /// A log in memory; `flavour` makes another history.
  private static final class Tree {
    private final Map<String, byte[]> tiles = new HashMap<>();
    private final TileBuilder builder = new TileBuilder();
    private CompactRange head = CompactRange.EMPTY;

    static Tree of(int size, String flavour) {
      return new Tree().grow(size, flavour);
    }

    Tree grow(int more, String flavour) {
      for (int i = 0; i < more; i++) {
        var leaf = Digest.sha256((flavour + head.size()).getBytes(StandardCharsets.UTF_8));
        head = head.append(leaf);
        builder.append(leaf, (path, bytes) -> tiles.put(path.path(), bytes));
      }
      return this;
    }

    SignedNote note() {
      builder.partials((path, bytes) -> tiles.put(path.path(), bytes));
      return SignedNote.sign(Checkpoint.of(ORIGIN, head).text(), List.of(LOG));
    }

    AddCheckpoint since(long old) {
      var note = note();
      var proofs =
          new ProofBuilder(
              (level, index, width) ->
                  Objects.requireNonNull(
                      tiles.get(new TilePath.Hashes(level, index, width).path())),
              head.size());
      var path =
          old == 0 || old == head.size()
              ? List.<Digest>of()
              : proofs.consistency(old, head.size()).path();
      return new AddCheckpoint(old, path, note);
    }
  }

  private static byte[] bytes(AddCheckpoint asked) {
    return asked.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Answer ask(AddCheckpoint asked) {
    return witness.answer(bytes(asked));
  }

  private static List<Instant> times(AddCheckpoint asked, Answer answer) {
    var lines = NoteSignature.parseLines(((Answer.Cosigned) answer).lines());
    var keys = WITNESS.stream().map(SigningKey::verifier).toList();
    var verdict = new SignedNote(asked.note().text(), lines).verify(keys);
    return ((NoteVerdict.Verified) verdict)
        .signatures().stream()
            .map(signed -> signed.signature().time(signed.key()).orElseThrow())
            .toList();
  }

  private List<Alarms.Open> alarms() {
    try (var connection = database.as(DatabaseRole.APP).getConnection()) {
      return new Alarms(connection).open(100);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aLogIsCosignedStepByStepByBothKeys() {
    var log = Tree.of(3, "a");
    var first = log.since(0);
    assertThat(times(first, ask(first))).containsExactly(clock.instant(), clock.instant());
    log.grow(600, "a");
    var second = log.since(3);
    clock.advance(Duration.ofSeconds(1));
    assertThat(times(second, ask(second))).hasSize(2).containsOnly(clock.instant());
    assertThat(ask(log.since(3))).isEqualTo(new Answer.Conflict(603));
    // The same again: a fresh time.
    clock.advance(Duration.ofSeconds(1));
    var again = log.since(603);
    assertThat(times(again, ask(again))).containsOnly(clock.instant());
    assertThat(alarms()).isEmpty();
    assertThat(witness.cosigned()).isEqualTo(3);
  }

  @Test
  void theTimeNeverGoesBack() {
    var log = Tree.of(3, "a");
    ask(log.since(0));
    var before = clock.instant();
    clock.set(before.minusSeconds(3600));
    log.grow(1, "a");
    var asked = log.since(3);
    assertThat(times(asked, ask(asked))).containsOnly(before);
  }

  @Test
  void aForkIsRefusedAndKeptAsEvidenceOnce() {
    ask(Tree.of(7, "a").since(0));
    var forked = Tree.of(7, "b");
    assertThat(ask(forked.since(7))).isInstanceOf(Answer.Inconsistent.class);
    assertThat(ask(forked.since(7))).isInstanceOf(Answer.Inconsistent.class);
    assertThat(ask(forked.since(0))).isEqualTo(new Answer.Conflict(7));
    assertThat(alarms())
        .singleElement()
        .satisfies(alarm -> {
          assertThat(alarm.kind()).isEqualTo(Alarms.Kind.FORK);
          assertThat(alarm.seen()).isEqualTo(3);
        });
    assertThat(
            database.number(
                "select count(*) from ledger.alarm where held like '"
                    + ORIGIN
                    + "%' and offered like 'old 7%' and held <> ''"))
        .isEqualTo(1);
    assertThat(witness.inconsistencies()).isEqualTo(3);
    // Another, longer history is not cosigned either.
    assertThat(ask(Tree.of(9, "b").since(7))).isInstanceOf(Answer.Inconsistent.class);
    assertThat(witness.latest(Digest.sha256(ORIGIN.getBytes(StandardCharsets.UTF_8)).hex()))
        .hasValueSatisfying(note -> assertThat(note).startsWith(ORIGIN + "\n7\n"));
  }

  @Test
  void aWrongProofIsNoForkAndIsSettledByARightOne() {
    var log = Tree.of(7, "a");
    ask(log.since(0));
    log.grow(5, "a");
    var right = log.since(7);
    var wrong =
        new AddCheckpoint(7, right.proof().subList(0, right.proof().size() - 1), right.note());
    assertThat(ask(wrong)).isInstanceOf(Answer.Inconsistent.class);
    assertThat(alarms())
        .singleElement()
        .satisfies(alarm -> assertThat(alarm.kind()).isEqualTo(Alarms.Kind.UNPROVEN));
    assertThat(ask(right)).isInstanceOf(Answer.Cosigned.class);
    assertThat(alarms()).isEmpty();
  }

  @Test
  void wrongProofsOfAStrangerDoNotFillTheDisk() {
    var log = Tree.of(7, "a");
    ask(log.since(0));
    for (int i = 0; i < 70; i++) {
      clock.advance(Duration.ofSeconds(1));
      log.grow(1, "a");
      ask(new AddCheckpoint(7, List.of(), log.note()));
    }
    assertThat(database.number("select count(*) from ledger.alarm")).isEqualTo(64);
  }

  @Test
  void whatIsNotAskedRightlyIsRefused() {
    var log = Tree.of(3, "a");
    assertThat(witness.answer(new byte[] {1, 2})).isInstanceOf(Answer.Malformed.class);
    assertThat(ask(new AddCheckpoint(4, List.of(), log.note())))
        .isInstanceOf(Answer.Malformed.class);
    var other = SigningKey.generate("other.test/log", SignatureType.ED25519, new SecureRandom());
    var stranger =
        SignedNote.sign(log.note().text().replace(ORIGIN, "other.test/log"), List.of(other));
    assertThat(ask(new AddCheckpoint(0, List.of(), stranger))).isEqualTo(new Answer.UnknownLog());
    var forger = SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
    var forged = SignedNote.sign(log.note().text(), List.of(forger));
    assertThat(ask(new AddCheckpoint(0, List.of(), forged))).isEqualTo(new Answer.Untrusted());
    assertThat(database.number("select count(*) from ledger.watched_log")).isZero();
  }

  @Test
  void moreThanTwentyInASecondHaveToComeLater() {
    var log = Tree.of(3, "a").since(0);
    for (int i = 0; i < 20; i++) {
      ask(log);
    }
    assertThat(ask(log)).isInstanceOf(Answer.Later.class);
    clock.advance(Duration.ofSeconds(1));
    assertThat(ask(log)).isEqualTo(new Answer.Conflict(3));
  }

  @Test
  void aServerThatMayHaveForgottenCosignsNothing() {
    state.stop("restored");
    assertThat(ask(Tree.of(3, "a").since(0))).isInstanceOf(Answer.Later.class);
    assertThat(database.number("select count(*) from ledger.watched_log")).isZero();
  }

  /// Many nodes, two histories that both continue what was cosigned: one of them is cosigned and
  /// the other is not, however they race.
  @Test
  void twoNodesNeverCosignAFork() throws Exception {
    for (int round = 0; round < 8; round++) {
      database.execute("truncate ledger.watched_log");
      witness().answer(bytes(Tree.of(3, "a").since(0)));
      var asks = new ArrayList<Callable<Answer>>();
      for (int i = 0; i < 8; i++) {
        var node = witness();
        var grown = Tree.of(3, "a").grow(1 + i / 2, i % 2 == 0 ? "a" : "b");
        var asked = bytes(grown.since(3));
        asks.add(() -> node.answer(asked));
      }
      long cosigned = 0;
      try (var threads = Executors.newFixedThreadPool(8)) {
        for (var answer : threads.invokeAll(asks)) {
          cosigned += answer.get() instanceof Answer.Cosigned ? 1 : 0;
        }
      }
      assertThat(cosigned).isEqualTo(1);
    }
  }
}
