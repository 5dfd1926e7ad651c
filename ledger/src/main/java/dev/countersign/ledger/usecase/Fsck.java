package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.CheckpointWalk;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.LogRecomputation;
import dev.countersign.ledger.LogRecomputation.Inconsistency;
import dev.countersign.ledger.LogRecomputation.Part;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.LogKeyStore;
import dev.countersign.ledger.store.WholeLog;
import dev.countersign.ledger.store.WholeLog.Moment;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.stream.Stream;
import javax.sql.DataSource;

/// Recomputes a whole database: every leaf from its entry, the tree and all its tiles, the head,
/// the chain of each tenant, the columns that entries are searched by, and the signed checkpoints,
/// those that the database keeps too.
///
/// The server may run and the log may grow meanwhile; what is checked reaches to the head that was
/// read first. Memory stays the same however long the log is. Safe for use by many threads.
public final class Fsck {
  /// Few enough that a page of the largest entries fits in memory and is read in well under a
  /// second.
  private static final int PAGE = 500;

  private static final int BATCHES = 100;

  /// Each may be as long as a note with all its cosignatures.
  private static final int CHECKPOINTS = 100;

  private final DataSource dataSource;
  private final Optional<ContentKeys> keys;

  /// @param dataSource connections of the role `countersign_fsck`
  /// @param keys by which content is opened; without them all is checked that needs no content
  public Fsck(DataSource dataSource, Optional<ContentKeys> keys) {
    this.dataSource = dataSource;
    this.keys = keys;
  }

  /// What came of it.
  public sealed interface Finding {

    /// All agrees.
    ///
    /// @param erased how many entries have no content any more
    /// @param unread how many have content that nothing opened, for there were no keys
    /// @param pending how many entries waited for their index when the head was read
    /// @param checkpoints how many signed checkpoints from outside the database were compared
    /// @param kept how many that the database keeps were
    record Sound(
        long entries,
        long erased,
        long unread,
        int tenants,
        long pending,
        int checkpoints,
        int kept)
        implements Finding {}

    /// The first thing that does not agree.
    record Damaged(Inconsistency first) implements Finding {}
  }

  /// Told how far it is, after each page.
  @FunctionalInterface
  public interface Watcher {
    void checked(long entries, long of);
  }

  /// The log's first verifier key as its database has it; whoever has it from elsewhere believes
  /// that one.
  public Optional<String> storedKey() {
    try (var connection = dataSource.getConnection()) {
      return new WholeLog(connection, keys).key();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// All keys of the log that its database has and that were not compromised, the oldest first.
  public List<VerifierKey> storedKeys() {
    try (var connection = dataSource.getConnection()) {
      return LogKeyStore.read(connection).stream()
          .filter(key -> key.state() != LogKeyStore.State.COMPROMISED)
          .map(LogKeyStore.Recorded::key)
          .toList();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// Recomputes everything.
  ///
  /// @param checkpoints that were signed and kept outside the database, by ascending size; they
  ///   MUST have been read before this call, so that the database cannot be behind them
  /// @param keys that sign the log's checkpoints
  public Finding run(List<SignedNote> checkpoints, TrustedKeys keys, Watcher watcher) {
    try (var connection = dataSource.getConnection()) {
      return new Run(new WholeLog(connection, this.keys), checkpoints, keys, keys(connection))
          .through(watcher);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    } catch (FailedLookUp e) {
      throw DatabaseFailure.of(e.failure);
    } catch (MalformedLedgerData e) {
      return new Finding.Damaged(
          new Inconsistency(Part.HEAD, "what is stored", String.valueOf(e.getMessage())));
    }
  }

  private static List<VerifierKey> keys(Connection connection) throws SQLException {
    return LogKeyStore.read(connection).stream().map(LogKeyStore.Recorded::key).toList();
  }

  /// The kept checkpoints by ascending size, up to the newest that was kept when the head was read.
  private static final class KeptPages implements Iterator<CheckpointWalk.Kept> {
    private final WholeLog log;
    private final OptionalLong newest;
    private final Queue<CheckpointWalk.Kept> page = new ArrayDeque<>();
    private long after = Long.MIN_VALUE;

    KeptPages(WholeLog log, OptionalLong newest) {
      this.log = log;
      this.newest = newest;
    }

    @Override
    public boolean hasNext() {
      if (page.isEmpty() && newest.isPresent() && after < newest.getAsLong()) {
        try {
          page.addAll(log.kept(after, newest.getAsLong(), CHECKPOINTS));
        } catch (SQLException e) {
          throw new FailedLookUp(e);
        }
      }
      return !page.isEmpty();
    }

    @Override
    public CheckpointWalk.Kept next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var next = page.remove();
      after = next.size();
      return next;
    }
  }

  /// A database failure on its way through the rules, which know no databases.
  private static final class FailedLookUp extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient SQLException failure;

    FailedLookUp(SQLException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  private static final class Run {
    private final WholeLog log;
    private final LogRecomputation recomputation;
    private final Queue<Digest> commitments = new ArrayDeque<>();
    private final CheckpointWalk outside;
    private final CheckpointWalk inside;
    private final Moment moment;
    private long nextCommitment;
    private long erased;
    private long unread;

    Run(WholeLog log, List<SignedNote> checkpoints, TrustedKeys keys, List<VerifierKey> stored)
        throws SQLException {
      this.log = log;
      moment = log.moment();
      outside = CheckpointWalk.of(checkpoints.iterator(), keys);
      inside =
          CheckpointWalk.kept(
              new KeptPages(log, moment.newestKept()), ofOneLog(keys.log(), stored));
      recomputation = new LogRecomputation(this::tile, List.of(outside, inside));
    }

    /// Also those that the database alone names, and those that were compromised: what is kept was
    /// signed by the key of its time.
    private static List<VerifierKey> ofOneLog(List<VerifierKey> given, List<VerifierKey> stored) {
      var names = given.stream().map(VerifierKey::name).toList();
      return Stream.concat(
              given.stream(), stored.stream().filter(key -> names.contains(key.name())))
          .distinct()
          .toList();
    }

    Finding through(Watcher watcher) throws SQLException {
      long size = moment.head().size();
      for (long from = 0; from < size; from += PAGE) {
        long to = Math.min(size, from + PAGE);
        for (var row : log.entries(from, to)) {
          var first = entry(row, size);
          if (first.isPresent()) {
            return new Finding.Damaged(first.get());
          }
        }
        watcher.checked(to, size);
      }
      var strays = log.strays();
      return recomputation
          .finish(moment.head(), moment.chains())
          .or(() -> strays.stream().findFirst().map(Run::stray))
          .<Finding>map(Finding.Damaged::new)
          .orElseGet(() ->
              new Finding.Sound(
                  size,
                  erased,
                  unread,
                  moment.chains().size(),
                  moment.pending(),
                  outside.compared(),
                  inside.compared()));
    }

    private Optional<Inconsistency> entry(WholeLog.Row row, long size) throws SQLException {
      var commitment = commitment(size);
      if (commitment.isEmpty()) {
        return found(
            Part.INDEX,
            nextCommitment,
            "no commitment is stored for it, or those around it overlap");
      }
      return switch (row.content()) {
        case WholeLog.Content.Clear(var salt, var canonical) ->
            recomputation
                .feed(row.index(), row.tenant(), salt, canonical, commitment.get())
                .or(() -> misfiled(row, canonical));
        case WholeLog.Content.Sealed() -> {
          unread++;
          yield recomputation.feedErased(row.index(), row.tenant(), commitment.get());
        }
        case WholeLog.Content.Gone(var accounted) when accounted -> {
          erased++;
          yield recomputation.feedErased(row.index(), row.tenant(), commitment.get());
        }
        case WholeLog.Content.Gone _ ->
            found(
                Part.CONTENT, row.index(), "its content is gone, and no erasure says when and why");
        case WholeLog.Content.Altered() ->
            found(
                Part.CONTENT, row.index(), "its content was altered, or sealed for another entry");
      };
    }

    /// Whether the columns that entries are searched by say something else than the entry.
    private static Optional<Inconsistency> misfiled(WholeLog.Row row, byte[] canonical) {
      var entry = Entry.parse(canonical);
      var filed = row.filed().orElseThrow();
      if (!entry.id().equals(filed.id())
          || !entry.correlationId().equals(filed.correlationId())
          || !entry.time().equals(filed.time())
          || !entry.action().equals(filed.action())) {
        return found(
            Part.CONTENT, row.index(), "it is filed under another id, action, time or correlation");
      }
      return Optional.empty();
    }

    /// The commitment of the next index, or empty if none is stored for it.
    private Optional<Digest> commitment(long size) throws SQLException {
      if (commitments.isEmpty() && nextCommitment < size) {
        long expected = nextCommitment;
        for (var batch : log.batches(nextCommitment, BATCHES)) {
          if (batch.firstIndex() != expected) {
            break;
          }
          commitments.addAll(batch.commitments());
          expected += batch.commitments().size();
        }
      }
      var next = Optional.ofNullable(commitments.poll());
      if (next.isPresent()) {
        nextCommitment++;
      }
      return next;
    }

    private Optional<byte[]> tile(TilePath.Hashes path) {
      try {
        var stored = log.tile(path);
        // An unfinished tile of the leaves is never stored; those above it always are, and appends
        // rely on them.
        return stored.isEmpty() && path.level() > 0 ? Optional.of(new byte[0]) : stored;
      } catch (SQLException e) {
        throw new FailedLookUp(e);
      }
    }

    private static Inconsistency stray(String place) {
      return new Inconsistency(Part.INDEX, place, "it stands where the log has nothing");
    }

    private static Optional<Inconsistency> found(Part part, long index, String message) {
      return Optional.of(new Inconsistency(part, "log index " + index, message));
    }
  }
}
