package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.PendingEntries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/// Gives pending entries their index: in the order of their numbers, in batches, under the lock of
/// the head row.
///
/// There is no leader. Every node runs one; whoever holds the lock extends the log, and what a dead
/// node left pending is taken by the next round of any other. Safe for use by many threads.
public final class Sequencer implements AutoCloseable {
  /// Enough to make the price of a commit small, few enough to hold the lock for milliseconds.
  private static final int BATCH = 500;

  /// More than is ever committed within the time that a writer waits for its index, and no more
  /// than a disk has room for: so many are pending only if nobody can sequence.
  private static final int MOST_PENDING = 10_000;

  /// After so long without a look at the database nobody here knows what is pending.
  private static final Duration BLIND = Duration.ofSeconds(15);

  /// For so long what was counted is believed: under load each batch would count again what it is
  /// just about to take.
  private static final Duration COUNTED = Duration.ofMillis(100);

  /// So many entries that are announced are worth a short wait: their writers are just committing,
  /// and a batch costs nearly the same for one as for all of them.
  private static final int CROWD = 4;

  private static final Duration FOR_THE_CROWD = Duration.ofMillis(2);

  /// How soon entries are found that a dead node left pending.
  private static final Duration POLL = Duration.ofMillis(250);

  /// After a failure the database gets time to come back.
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(250);

  private final AppendPath path;
  private final AppendSession session;
  private final Sealing sealing;
  private final Ids ids;
  private final LogState state;
  private final String origin;
  private final Map<UUID, CompletableFuture<Ticket>> waiting = new ConcurrentHashMap<>();
  private final Semaphore work = new Semaphore(0);
  private volatile Backlog backlog = new Backlog(0, System.nanoTime());
  private volatile boolean open = true;
  private final Thread thread;

  /// Whether the latest batch left none behind. Of this thread.
  private boolean allTaken = true;

  /// How many entries were pending, of all nodes, up to [#MOST_PENDING], and when.
  private record Backlog(int pending, long atNanos) {}

  /// @param dataSource connections of the sequencer's role
  public Sequencer(
      DataSource dataSource,
      AppendPath path,
      CheckpointSigner signer,
      LogState state,
      Ids ids,
      String origin) {
    this.path = path;
    this.session = new AppendSession(dataSource, signer, state);
    this.sealing = path.sealing();
    this.ids = ids;
    this.state = state;
    this.origin = origin;
    this.thread = Thread.ofPlatform().daemon().name("countersign-sequencer").unstarted(this::run);
  }

  public void start() {
    backlog = new Backlog(0, System.nanoTime());
    thread.start();
  }

  /// Refuses a write before it commits if the entries of earlier ones are not sequenced: while
  /// another node's hung lock or a fault keeps everybody from it, writers must not fill the disk.
  ///
  /// Throws [LedgerFailure.Overloaded]. What is under way when the bound is reached is still
  /// committed: at most the entries of as many writers as there may be.
  void admit() {
    var known = backlog;
    boolean blind =
        thread.getState() != Thread.State.NEW
            && System.nanoTime() - known.atNanos() > BLIND.toNanos();
    if (known.pending() >= MOST_PENDING || blind) {
      throw new LedgerFailure.Overloaded();
    }
  }

  /// How many entries were pending when this node last looked, of all nodes.
  public int pending() {
    return backlog.pending();
  }

  /// Announces an entry before its transaction commits, so that its ticket is kept for who waits.
  /// [#forget] MUST be called when nobody waits any more.
  void announce(UUID entryId) {
    waiting.put(entryId, new CompletableFuture<>());
  }

  /// Completes when the entry has its index by this node's work.
  CompletableFuture<Ticket> expect(UUID entryId) {
    return waiting.computeIfAbsent(entryId, _ -> new CompletableFuture<>());
  }

  void forget(UUID entryId) {
    waiting.remove(entryId);
  }

  /// Says that pending entries were committed.
  void wake() {
    if (work.availablePermits() == 0) {
      work.release();
    }
  }

  private void run() {
    while (open) {
      try {
        if (work.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          if (waiting.size() >= CROWD) {
            Thread.sleep(FOR_THE_CROWD);
          }
          work.drainPermits();
        }
        while (open && state.stopped().isEmpty() && round()) {
          // What did not fit into one batch waits for nobody's call.
        }
      } catch (SQLException | RuntimeException e) {
        state.failed(e);
        pause();
      } catch (InterruptedException e) {
        break;
      }
    }
    session.close();
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sequences one batch and says whether more was pending than it took. What is committed later
  /// has woken this thread.
  private boolean round() throws SQLException {
    var batch =
        session.commit(connection -> {
          if (!waits(connection)) {
            return Optional.empty();
          }
          var taken = PendingEntries.take(connection, BATCH, sealing);
          allTaken = taken.all();
          return taken.drafts().isEmpty()
              ? Optional.empty()
              : Optional.of(path.prepare(connection, ids.next(), taken));
        });
    if (batch.isEmpty()) {
      return false;
    }
    var placed = batch.get().placed();
    state.appended(placed.size());
    for (var entry : placed) {
      var future = waiting.get(entry.draft().id());
      if (future != null) {
        future.complete(
            new Ticket(entry.draft().id(), entry.index(), entry.leafHash(), entry.salt(), origin));
      }
    }
    return !allTaken;
  }

  /// Whether there may be anything to sequence. Counted now and then without the head's lock, so
  /// that it is known also while that cannot be had.
  private boolean waits(Connection connection) throws SQLException {
    if (System.nanoTime() - backlog.atNanos() < COUNTED.toNanos()) {
      return true;
    }
    backlog = new Backlog(PendingEntries.count(connection, MOST_PENDING), System.nanoTime());
    return backlog.pending() > 0;
  }

  @Override
  public void close() {
    open = false;
    wake();
    try {
      if (thread.getState() != Thread.State.NEW && !thread.join(Duration.ofSeconds(5))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
