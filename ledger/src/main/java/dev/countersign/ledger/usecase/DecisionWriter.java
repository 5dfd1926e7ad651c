package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.store.AppendPath;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/// Commits decisions for many waiting callers at once: group commit on the hot path.
///
/// A decision is one entry of the ledger and nothing else. One transaction takes the generation
/// locks of all tenants in the batch, sets aside what was decided under older rules, appends the
/// rest and commits; only then are the callers answered. While one batch commits, the next one
/// gathers, so a batch is as large as the load makes it.
///
/// Safe for use by many threads.
public final class DecisionWriter implements AutoCloseable {
  /// One batch holds the head's lock for all nodes; beyond this, latency grows faster than
  /// throughput.
  private static final int LARGEST_BATCH = 512;

  /// About half a second of work at the aimed rate; more would only wait longer.
  private static final int LONGEST_QUEUE = 5_000;

  private static final Duration IDLE = Duration.ofMillis(200);

  private final AppendPath path;
  private final AppendSession session;
  private final Ids ids;
  private final LogState state;
  private final String origin;
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
  private volatile boolean open = true;
  private volatile boolean ended;
  private final Thread thread;

  /// A decision that was evaluated under these counters of its tenant.
  public record Submission(Entry.Draft draft, long policies, long credentials) {}

  /// What became of a submission.
  public sealed interface Result {
    /// It is committed.
    record Committed(Ticket ticket) implements Result {}

    /// Rules or credentials changed since it was evaluated; nothing was written. Evaluate again.
    record Stale() implements Result {}
  }

  private record Waiting(Submission submission, CompletableFuture<Result> result) {}

  /// @param dataSource connections of the batch writer's role
  public DecisionWriter(
      DataSource dataSource,
      AppendPath path,
      CheckpointSigner signer,
      LogState state,
      Ids ids,
      String origin) {
    this.path = path;
    this.session = new AppendSession(dataSource, signer, state);
    this.ids = ids;
    this.state = state;
    this.origin = origin;
    this.thread =
        Thread.ofPlatform().daemon().name("countersign-decisions").unstarted(this::runToTheEnd);
  }

  public void start() {
    thread.start();
  }

  /// Queues a decision; the future completes after its commit, or exceptionally with a
  /// [LedgerFailure] if nothing was written or that is not known. Never blocks.
  public CompletableFuture<Result> submit(Submission submission) {
    var stopped = state.stopped();
    if (stopped.isPresent()) {
      return CompletableFuture.failedFuture(new LedgerFailure.Stopped(stopped.get()));
    }
    var waiting = new Waiting(submission, new CompletableFuture<>());
    if (!open || !queue.offer(waiting)) {
      return CompletableFuture.failedFuture(new LedgerFailure.Overloaded());
    }
    if (ended) {
      // It ended between the two questions: nobody else will take what is queued.
      failQueued();
    }
    return waiting.result();
  }

  /// How many decisions wait for their commit.
  public int queued() {
    return queue.size();
  }

  private void run() {
    var batch = new ArrayList<Waiting>(LARGEST_BATCH);
    while (open || !queue.isEmpty()) {
      try {
        var first = queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        queue.drainTo(batch, LARGEST_BATCH - 1);
        write(List.copyOf(batch));
      } catch (InterruptedException e) {
        break;
      } finally {
        batch.clear();
      }
    }
  }

  /// Nobody waits for a thread that has ended, whatever ended it.
  private void runToTheEnd() {
    try {
      run();
    } finally {
      open = false;
      ended = true;
      failQueued();
      session.close();
    }
  }

  private void failQueued() {
    for (var left = queue.poll(); left != null; left = queue.poll()) {
      left.result().completeExceptionally(new LedgerFailure.Overloaded());
    }
  }

  private void write(List<Waiting> batch) {
    var fresh = new ArrayList<Waiting>(batch.size());
    var stale = new ArrayList<Waiting>();
    try {
      var written = session.commit(connection -> append(connection, batch, fresh, stale));
      written.ifPresent(done -> answer(done, fresh));
      for (var waiting : stale) {
        waiting.result().complete(new Result.Stale());
      }
    } catch (SQLException | RuntimeException e) {
      state.failed(e);
    } finally {
      // Whoever has no answer by now gets none; for the others this does nothing.
      var failure =
          new LedgerFailure.Stopped(state.stopped().orElse("the log cannot be written now"));
      for (var waiting : batch) {
        waiting.result().completeExceptionally(failure);
      }
    }
  }

  private void answer(AppendPath.Batch done, List<Waiting> fresh) {
    state.appended(fresh.size());
    for (int i = 0; i < fresh.size(); i++) {
      var entry = done.placed().get(i);
      var ticket =
          new Ticket(entry.draft().id(), entry.index(), entry.leafHash(), entry.salt(), origin);
      fresh.get(i).result().complete(new Result.Committed(ticket));
    }
  }

  private Optional<AppendPath.Batch> append(
      Connection connection, List<Waiting> batch, List<Waiting> fresh, List<Waiting> stale)
      throws SQLException {
    var rules = lockRules(connection, batch);
    var drafts = new ArrayList<AppendPath.Salted>(batch.size());
    for (var waiting : batch) {
      var submission = waiting.submission();
      var current = rules.get(submission.draft().tenant());
      if (current != null
          && current.policies() == submission.policies()
          && current.credentials() == submission.credentials()) {
        fresh.add(waiting);
        drafts.add(
            new AppendPath.Salted(submission.draft(), Salt.of(ids.randomBytes(Salt.LENGTH))));
      } else {
        stale.add(waiting);
      }
    }
    return drafts.isEmpty()
        ? Optional.empty()
        : Optional.of(path.append(connection, ids.next(), drafts));
  }

  private record Counters(long policies, long credentials) {}

  private static Map<TenantId, Counters> lockRules(Connection connection, List<Waiting> batch)
      throws SQLException {
    var tenants = new TreeSet<TenantId>();
    batch.forEach(waiting -> tenants.add(waiting.submission().draft().tenant()));
    var rules = new HashMap<TenantId, Counters>();
    try (var statement =
        connection.prepareStatement(
            "select tenant_id, policies, credentials from ledger.open_batch(?)")) {
      statement.setArray(
          1,
          connection.createArrayOf(
              "uuid", tenants.stream().map(TenantId::value).toArray(UUID[]::new)));
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          rules.put(
              new TenantId(row.getObject(1, UUID.class)),
              new Counters(row.getLong(2), row.getLong(3)));
        }
      }
    }
    return rules;
  }

  /// Takes nothing new, commits what is queued, and ends.
  @Override
  public void close() {
    open = false;
    try {
      if (thread.getState() == Thread.State.NEW) {
        failQueued();
      } else if (!thread.join(Duration.ofSeconds(10))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
