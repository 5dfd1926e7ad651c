package dev.countersign.ledger.usecase;

import dev.countersign.ledger.store.KeptCheckpoints;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/// Has our checkpoints cosigned by witnesses, shows what enough of them have cosigned, and keeps
/// checkpoints for later.
///
/// Every node runs it. A witness is asked by one node at a time and no more often than its interval
/// says ([dev.countersign.ledger.store.WitnessTurns]); what it cosigned is seen by all, through the
/// database. Before this node's first append, and after each new connection, every witness is asked
/// once: one that has cosigned more than the database has stops the log ([Submission]). One that
/// does not answer stops nothing.
///
/// Safe for use by many threads.
public final class GatherCosignatures implements AutoCloseable {
  /// More would not convince anybody better.
  public static final int MOST_WITNESSES = 16;

  /// How soon a node shows what another one gathered.
  private static final Duration LOOK = Duration.ofMillis(200);

  /// One a minute is kept, whichever node comes first.
  private static final Duration KEEP = Duration.ofSeconds(15);

  /// How long appends may wait, after a new connection, for what witnesses say.
  private static final Duration GUARD = Duration.ofSeconds(2);

  /// The newest that is cosigned may be signed by a key that was compromised since.
  private static final int LOOKED_AT = 5;

  private final DataSource dataSource;
  private final CheckpointSigner signer;
  private final PublishedCheckpoints published;
  private final LogState state;
  private final List<Submission> submissions;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean open = true;

  /// @param dataSource single connections of the application's role: a turn belongs to a session
  public GatherCosignatures(
      DataSource dataSource,
      CheckpointSigner signer,
      PublishedCheckpoints published,
      LogKeys keys,
      List<Witness> witnesses,
      LogState state) {
    if (witnesses.size() > MOST_WITNESSES) {
      throw new IllegalArgumentException("more than " + MOST_WITNESSES + " witnesses");
    }
    this.dataSource = dataSource;
    this.signer = signer;
    this.published = published;
    this.state = state;
    this.submissions =
        witnesses.stream()
            .map(witness ->
                new Submission(witness, dataSource, signer, published, keys.origin(), state))
            .toList();
  }

  /// Starts, and from then on asks witnesses before appends; to be called before the first append.
  public void start() {
    if (!submissions.isEmpty()) {
      state.askBeforeAppends(this::askAll);
    }
    submissions.forEach(
        submission -> thread("countersign-witness-" + submission.name(), () -> gather(submission)));
    thread("countersign-witnessed", this::look);
    threads.forEach(Thread::start);
  }

  private void thread(String name, Runnable work) {
    threads.add(Thread.ofPlatform().daemon().name(name).unstarted(work));
  }

  /// How it stands with each witness.
  public List<WitnessState> witnesses() {
    return submissions.stream().map(Submission::state).toList();
  }

  /// Submissions of this node that brought no cosignature, since its start.
  public long failures() {
    return submissions.stream().mapToLong(Submission::failures).sum();
  }

  private void gather(Submission submission) {
    try (submission) {
      while (open) {
        if (state.stopped().isEmpty()) {
          submission.round();
        }
        Thread.sleep(submission.pace());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Shows what is cosigned, and keeps a checkpoint every minute.
  private void look() {
    while (open) {
      try (var connection = dataSource.getConnection()) {
        var kept = new KeptCheckpoints(connection);
        long next = System.nanoTime();
        while (open) {
          if (published.quorum() > 0) {
            published.offer(
                kept.cosigned(published.quorum(), LOOKED_AT).stream()
                    .map(KeptCheckpoints.Kept::note)
                    .toList());
          }
          var newest = signer.newest();
          if (newest.isPresent() && state.stopped().isEmpty() && System.nanoTime() - next >= 0) {
            kept.keepOneAMinute(newest.get().checkpoint().size(), newest.get().note());
            next = System.nanoTime() + KEEP.toNanos();
          }
          Thread.sleep(LOOK);
        }
      } catch (SQLException | RuntimeException e) {
        if (open) {
          state.failed(e);
        }
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Asks every witness now, at once and for at most [#GUARD]; one that has cosigned more than the
  /// database has stops the log.
  private void askAll() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> asks = new ArrayList<>();
      submissions.forEach(submission -> asks.add(submission::ask));
      // What is not done by then is interrupted.
      threads.invokeAll(asks, GUARD.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    open = false;
    threads.forEach(Thread::interrupt);
    try {
      for (var thread : threads) {
        if (thread.getState() != Thread.State.NEW && !thread.join(Duration.ofSeconds(6))) {
          state.failed(new IllegalStateException(thread.getName() + " did not end"));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
