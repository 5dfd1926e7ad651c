package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.ledger.AddCheckpoint;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.NoteSignature;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.WatchedLog;
import dev.countersign.ledger.WatchedLog.Judgement;
import dev.countersign.ledger.store.Alarms;
import dev.countersign.ledger.store.WatchedLogs;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Cosigns checkpoints of other logs: the witness of C2SP tlog-witness.
///
/// What was cosigned last of a log is a row of the database; a checkpoint is judged, kept and
/// committed under that row's lock, so two nodes never cosign two histories, and the cosignature
/// leaves after it is durable. Whatever contradicts what was cosigned before is kept as an alarm.
///
/// Safe for use by many threads; blocks.
public final class CosignCheckpoint {
  /// For one log in a second and on one node: ten times what an eager log asks.
  private static final int MOST_A_SECOND = 20;

  private static final System.Logger LOG = System.getLogger(CosignCheckpoint.class.getName());

  private final SortedMap<String, WatchedLog> logs;
  private final List<SigningKey> keys;
  private final WatchedLogs store;
  private final LogState state;
  private final Clock clock;
  private final Map<String, Window> windows = new ConcurrentHashMap<>();
  private final LongAdder cosigned = new LongAdder();
  private final LongAdder inconsistencies = new LongAdder();

  /// The requests about one log in the running second.
  private record Window(long second, int requests) {}

  /// @param keys of the witness, each of another type; none if this is no witness
  /// @param state of the log of our own: a database that has forgotten has forgotten what was
  ///   cosigned, too
  public CosignCheckpoint(
      List<WatchedLog> logs,
      List<SigningKey> keys,
      WatchedLogs store,
      LogState state,
      Clock clock) {
    var byOrigin = new TreeMap<String, WatchedLog>();
    for (var log : logs) {
      if (byOrigin.put(log.origin(), log) != null) {
        throw new IllegalArgumentException("log `" + log.origin() + "` is watched twice");
      }
    }
    if (!logs.isEmpty() && keys.isEmpty()) {
      throw new IllegalArgumentException("a witness has a key");
    }
    this.logs = Collections.unmodifiableSortedMap(byOrigin);
    this.keys = List.copyOf(keys);
    this.store = store;
    this.state = state;
    this.clock = clock;
  }

  /// What is answered.
  public sealed interface Answer {
    /// One line for each key of the witness.
    record Cosigned(String lines) implements Answer {}

    /// The old size is not that of the checkpoint that was cosigned last.
    record Conflict(long size) implements Answer {}

    /// The body is not what the protocol wants.
    record Malformed(String message) implements Answer {}

    /// Nobody here watches such a log.
    record UnknownLog() implements Answer {}

    /// The log's keys did not sign.
    record Untrusted() implements Answer {}

    /// It does not follow from what was cosigned last.
    record Inconsistent(String message) implements Answer {}

    /// Too much is asked, or nothing can be cosigned now.
    record Later(String message, Duration after) implements Answer {}
  }

  /// Whether this is a witness at all.
  public boolean watches() {
    return !logs.isEmpty();
  }

  /// By what our cosignatures are verified.
  public List<VerifierKey> verifiers() {
    return keys.stream().map(SigningKey::verifier).toList();
  }

  /// Judges the body of a request, and cosigns. Throws [DatabaseFailure] if that cannot be kept.
  public Answer answer(byte[] body) {
    AddCheckpoint asked;
    try {
      asked = AddCheckpoint.parse(body);
    } catch (MalformedLedgerData e) {
      return new Answer.Malformed(String.valueOf(e.getMessage()));
    }
    var log = logs.get(asked.origin());
    if (log == null) {
      return new Answer.UnknownLog();
    }
    if (!admitted(log)) {
      return new Answer.Later("too many checkpoints of this log are sent", Duration.ofSeconds(1));
    }
    if (state.stopped().isPresent()) {
      return new Answer.Later(
          "this server's database may have forgotten what was cosigned", Duration.ofMinutes(1));
    }
    var refusal = log.refusal(asked);
    if (refusal.isPresent()) {
      return switch (refusal.get()) {
        case UNTRUSTED -> new Answer.Untrusted();
        case OLD_SIZE_TOO_LARGE -> new Answer.Malformed("the old size is over the checkpoint's");
      };
    }
    return store.update(log.origin(), locked -> judged(log, asked, locked));
  }

  private boolean admitted(WatchedLog log) {
    long second = clock.instant().getEpochSecond();
    var window =
        windows.merge(
            log.origin(),
            new Window(second, 1),
            (known, fresh) ->
                known.second() == second ? new Window(second, known.requests() + 1) : fresh);
    return window.requests() <= MOST_A_SECOND;
  }

  private Answer judged(WatchedLog log, AddCheckpoint asked, WatchedLogs.Locked locked)
      throws SQLException {
    var latest = locked.latest();
    return switch (log.judge(asked, latest.map(known -> Checkpoint.parse(known.note().text())))) {
      case Judgement.Conflict(var size, var fork) -> {
        if (fork) {
          raise(log, Alarms.Kind.FORK, "two roots are signed for one size", asked, locked);
        }
        yield new Answer.Conflict(size);
      }
      case Judgement.Inconsistent(var message, var fork) -> {
        raise(log, fork ? Alarms.Kind.FORK : Alarms.Kind.UNPROVEN, message, asked, locked);
        yield new Answer.Inconsistent(message);
      }
      case Judgement.Consistent(var checkpoint) ->
          cosigned(checkpoint, log.signedByLog(asked.note()), locked);
    };
  }

  private Answer cosigned(Checkpoint checkpoint, SignedNote note, WatchedLogs.Locked locked)
      throws SQLException {
    // A clock that was set back must not let a later statement look like an earlier one.
    var now = clock.instant();
    var time = locked.latest().map(WatchedLogs.Latest::time).filter(now::isBefore).orElse(now);
    var lines = keys.stream().map(key -> key.cosign(checkpoint, time)).toList();
    locked.keep(note.with(lines), time);
    locked.alarms().proven(checkpoint.origin(), note.text());
    cosigned.increment();
    return new Answer.Cosigned(NoteSignature.lines(lines));
  }

  private void raise(
      WatchedLog log,
      Alarms.Kind kind,
      String message,
      AddCheckpoint asked,
      WatchedLogs.Locked locked)
      throws SQLException {
    var offered = new AddCheckpoint(asked.oldSize(), asked.proof(), log.signedByLog(asked.note()));
    var held = locked.latest().map(latest -> latest.note().toString()).orElse("");
    boolean fresh =
        locked
            .alarms()
            .raise(
                new Alarms.Alarm(
                    kind,
                    asked.origin(),
                    "",
                    message,
                    held,
                    offered.toString(),
                    asked.note().text()));
    inconsistencies.increment();
    if (fresh) {
      LOG.log(
          System.Logger.Level.ERROR,
          "log `{0}` is inconsistent: {1}; the evidence is kept",
          asked.origin(),
          message);
    }
  }

  /// The latest checkpoint that we cosigned of the log whose origin has this SHA-256 (64 lower-case
  /// hexadecimal digits), with the log's signatures and ours.
  public Optional<String> latest(String originHash) {
    return logs.keySet().stream()
        .filter(origin ->
            Digest.sha256(origin.getBytes(StandardCharsets.UTF_8)).hex().equals(originHash))
        .findFirst()
        .flatMap(store::latest)
        .map(latest -> latest.note().toString());
  }

  /// When each log was cosigned last; empty for one that never was.
  public SortedMap<String, Optional<Instant>> watched() {
    var watched = new TreeMap<String, Optional<Instant>>();
    logs.keySet()
        .forEach(origin -> watched.put(origin, store.latest(origin).map(WatchedLogs.Latest::time)));
    return watched;
  }

  /// How many checkpoints this node cosigned since its start.
  public long cosigned() {
    return cosigned.sum();
  }

  /// How many checkpoints it refused since then because they are inconsistent.
  public long inconsistencies() {
    return inconsistencies.sum();
  }
}
