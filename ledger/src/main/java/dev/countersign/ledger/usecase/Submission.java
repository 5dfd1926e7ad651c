package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.ledger.AddCheckpoint;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.NoteSignature;
import dev.countersign.ledger.NoteVerdict;
import dev.countersign.ledger.ProofBuilder;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.store.Alarms;
import dev.countersign.ledger.store.HeadGuard;
import dev.countersign.ledger.store.KeptCheckpoints;
import dev.countersign.ledger.store.StoredTiles;
import dev.countersign.ledger.store.WitnessTurns;
import dev.countersign.ledger.witness.Reply;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Asks one witness to cosign our checkpoints, and draws the conclusions.
///
/// ## What is concluded
///
/// A cosignature is verified and kept. A 409 tells how much the witness has cosigned: if the log
/// has that much, the same is asked again from there; if the database has less, it has forgotten,
/// and the log is stopped. A 422 says that our log is not the one that the witness has seen: an
/// alarm that only a person settles. Everything else is a failure: the witness is asked again later
/// and later.
///
/// A witness that lies about its size can stop the log, which its operator notices at once and can
/// undo by taking the witness out; a rollback that is not noticed can't be undone. Nothing else
/// that it says does any harm.
///
/// [#round] is for one thread; [#ask] for any.
final class Submission implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Submission.class.getName());

  /// From an unknown size: asked, told the size, asked again; once more if the log grew meanwhile.
  private static final int ATTEMPTS = 3;

  /// How long a checkpoint waits for the slowest witness; the interval of foreign ones.
  private static final Duration WANTED = Duration.ofSeconds(60);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
  private static final int MOST_DOUBLINGS = 6;

  /// How long the guard waits for its turn and for a checkpoint that is large enough.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration SOON = Duration.ofMillis(20);

  private final Witness witness;
  private final DataSource dataSource;
  private final CheckpointSigner signer;
  private final PublishedCheckpoints published;
  private final String origin;
  private final LogState state;
  private final AtomicLong failures = new AtomicLong();
  private volatile WitnessState seen;
  private @Nullable Connection session;

  Submission(
      Witness witness,
      DataSource dataSource,
      CheckpointSigner signer,
      PublishedCheckpoints published,
      String origin,
      LogState state) {
    this.witness = witness;
    this.dataSource = dataSource;
    this.signer = signer;
    this.published = published;
    this.origin = origin;
    this.state = state;
    this.seen = new WitnessState(witness.name(), 0, Optional.empty(), Optional.empty());
  }

  String name() {
    return witness.name();
  }

  WitnessState state() {
    return seen;
  }

  long failures() {
    return failures.get();
  }

  /// How often to look whether it is time.
  Duration pace() {
    var tenth = witness.interval().dividedBy(10);
    return tenth.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : tenth;
  }

  /// Asks the witness if it is its time, there is something new, and no other node is at it. Never
  /// throws but when it is interrupted.
  void round() throws InterruptedException {
    if (signer.newest().filter(newest -> newest.checkpoint().size() > seen.size()).isEmpty()) {
      return;
    }
    try {
      var connection = session();
      var turns = new WitnessTurns(connection, name());
      if (turns.take()) {
        try {
          var known = turns.known();
          show(known);
          if (known.due()) {
            var candidate = candidate(connection, known.size());
            if (candidate.isPresent()) {
              submit(connection, turns, known, candidate.get());
              show(turns.known());
            }
          }
        } finally {
          turns.giveBack();
        }
      }
    } catch (SQLException | RuntimeException e) {
      close();
      state.failed(e);
    }
  }

  /// Asks the witness now, on a connection of its own; false if it could not be asked. The log is
  /// stopped if the witness has cosigned more than the database has.
  boolean ask() throws InterruptedException {
    try (var connection = dataSource.getConnection()) {
      var turns = new WitnessTurns(connection, name());
      for (long deadline = System.nanoTime() + PATIENCE.toNanos(); !turns.take(); ) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        Thread.sleep(SOON);
      }
      try {
        return ask(connection, turns);
      } finally {
        // A connection that is closed may be one of a pool, whose session goes on.
        turns.giveBack();
      }
    } catch (SQLException | RuntimeException e) {
      state.failed(e);
      return false;
    }
  }

  private boolean ask(Connection connection, WitnessTurns turns)
      throws SQLException, InterruptedException {
    var known = turns.known();
    var newest = signer.covering(known.size(), PATIENCE);
    if (newest.isEmpty()) {
      return rolledBack(connection, known.size(), "") || signer.newest().isPresent();
    }
    keep(connection, newest.get());
    submit(connection, turns, known, newest.get());
    show(turns.known());
    return true;
  }

  private void show(WitnessTurns.Known known) {
    seen = new WitnessState(name(), known.size(), known.answered(), known.problem());
  }

  /// The newest checkpoint; but one that still wants cosignatures comes first, for witnesses that
  /// are asked at different times must cosign the same one.
  private Optional<CheckpointSigner.Signed> candidate(Connection connection, long size)
      throws SQLException {
    var kept = new KeptCheckpoints(connection).wanting(size, published.quorum(), WANTED);
    if (kept.isPresent() && published.witnesses(kept.get().note()).isPresent()) {
      var note = kept.get().note();
      return Optional.of(
          new CheckpointSigner.Signed(Checkpoint.parse(note.text()), note.by(origin)));
    }
    var newest = signer.newest().filter(signed -> signed.checkpoint().size() > size);
    if (newest.isPresent()) {
      keep(connection, newest.get());
    }
    return newest;
  }

  private static void keep(Connection connection, CheckpointSigner.Signed signed)
      throws SQLException {
    new KeptCheckpoints(connection).keep(signed.checkpoint().size(), signed.note());
  }

  private void submit(
      Connection connection,
      WitnessTurns turns,
      WitnessTurns.Known known,
      CheckpointSigner.Signed first)
      throws SQLException, InterruptedException {
    var candidate = first;
    long old = known.size();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var asked =
          new AddCheckpoint(
              old, proof(connection, old, candidate.checkpoint().size()), candidate.note());
      switch (witness.remote().submit(asked)) {
        case Reply.Cosigned(var signatures) -> {
          cosigned(connection, turns, known, candidate, signatures);
          return;
        }
        case Reply.Conflict(var size) -> {
          if (rolledBack(connection, size, asked.toString())) {
            return;
          }
          turns.says(size);
          old = size;
          // Another node may have asked for a larger one a moment ago.
          var covering = signer.covering(size, PATIENCE);
          if (covering.isEmpty()) {
            return;
          }
          if (size > candidate.checkpoint().size()) {
            candidate = covering.get();
            keep(connection, candidate);
          }
        }
        case Reply.Inconsistent() -> {
          rejected(connection, asked);
          failed(turns, known, "it says that our log does not continue what it has cosigned");
          return;
        }
        case Reply.Refused(var status) -> {
          failed(turns, known, "it answered " + status);
          return;
        }
        case Reply.Unanswered(var reason) -> {
          failed(turns, known, reason);
          return;
        }
      }
    }
    failed(turns, known, "it names another size each time");
  }

  private static List<Digest> proof(Connection connection, long old, long size)
      throws SQLException {
    if (old == 0 || old >= size) {
      return List.of();
    }
    long treeSize = HeadGuard.head(connection).size();
    return new ProofBuilder(new StoredTiles(connection), treeSize).consistency(old, size).path();
  }

  private void cosigned(
      Connection connection,
      WitnessTurns turns,
      WitnessTurns.Known known,
      CheckpointSigner.Signed candidate,
      List<NoteSignature> signatures)
      throws SQLException {
    var answer = new SignedNote(candidate.note().text(), signatures);
    switch (answer.verify(witness.remote().keys())) {
      case NoteVerdict.Forged _ ->
          failed(turns, known, "its cosignature is not over our checkpoint");
      case NoteVerdict.NoKnownSigner _ ->
          failed(turns, known, "its answer has no cosignature by its key");
      case NoteVerdict.Verified(var verified) -> {
        if (!verified.stream().allMatch(Submission::timed)) {
          failed(turns, known, "its cosignature has no time");
          return;
        }
        long size = candidate.checkpoint().size();
        new KeptCheckpoints(connection)
            .cosign(
                size,
                note -> {
                  var renewed = note.renewed(verified);
                  return new KeptCheckpoints.Cosigned(
                      renewed, published.witnesses(renewed).orElse(0));
                });
        turns.cosigned(size, witness.interval());
      }
    }
  }

  /// A time of zero would state nothing about the time.
  private static boolean timed(NoteVerdict.Signed signed) {
    return signed
        .signature()
        .time(signed.key())
        .filter(time -> time.getEpochSecond() > 0)
        .isPresent();
  }

  /// Whether the witness has cosigned more than the database has; if so, the log is stopped. The
  /// head is read after the answer: other nodes may have appended meanwhile.
  private boolean rolledBack(Connection connection, long size, String asked) throws SQLException {
    long head = HeadGuard.head(connection).size();
    if (size <= head) {
      return false;
    }
    var message =
        "witness `%s` has cosigned %d entries of this log but the database has %d: it was restored from an older state, or another server uses this log's key; restore the newest state. Only if you know that the witness is wrong, take it out of the configuration"
            .formatted(name(), size, head);
    state.stop(message);
    raise(connection, Alarms.Kind.ROLLBACK, message, asked, "size " + size);
    return true;
  }

  private void rejected(Connection connection, AddCheckpoint asked) throws SQLException {
    raise(
        connection,
        Alarms.Kind.REJECTED,
        "it says that our checkpoint over %d entries does not continue that over %d which it cosigned"
            .formatted(asked.size(), asked.oldSize()),
        asked.toString(),
        "old " + asked.oldSize());
  }

  private void raise(
      Connection connection, Alarms.Kind kind, String message, String offered, String identity)
      throws SQLException {
    LOG.log(System.Logger.Level.ERROR, "witness `{0}`: {1}", name(), message);
    new Alarms(connection)
        .raise(new Alarms.Alarm(kind, origin, name(), message, "", offered, identity));
  }

  private void failed(WitnessTurns turns, WitnessTurns.Known known, String problem)
      throws SQLException {
    failures.incrementAndGet();
    var pause = witness.interval().multipliedBy(1L << Math.min(known.failures(), MOST_DOUBLINGS));
    turns.failed(problem, pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
  }

  private Connection session() throws SQLException {
    var current = session;
    if (current == null) {
      current = dataSource.getConnection();
      session = current;
    }
    return current;
  }

  /// Ends the session, and with it a turn that was not given back.
  @Override
  public void close() {
    var current = session;
    session = null;
    if (current != null) {
      try {
        current.close();
      } catch (SQLException e) {
        // It is given up either way.
      }
    }
  }
}
