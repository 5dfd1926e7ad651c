package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.DecisionBatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Commits decisions for many waiting callers at once: group commit on the hot path.
///
/// A decision is one entry of the ledger and nothing else. One transaction takes the generation
/// locks of all tenants in the batch, sets aside what was decided under older rules, appends the
/// rest and commits; only then are the callers answered. While one batch commits, the next one
/// gathers, so a batch is as large as the load makes it. What a tenant asked whose rules are being
/// changed at that moment waits for a later batch, and nobody else waits for it.
///
/// Safe for use by many threads.
public final class DecisionWriter implements Decisions, AutoCloseable {
  /// One batch holds the head's lock for all nodes; beyond this, latency grows faster than
  /// throughput.
  private static final int LARGEST_BATCH = 512;

  /// About half a second of work at the aimed rate; more would only wait longer.
  private static final int LONGEST_QUEUE = 5_000;

  /// So many of those that wait for their tenant's rules are tried with one batch: the rest of it
  /// belongs to everybody else, however many one tenant has waiting.
  private static final int MOST_TRIED_AGAIN = LARGEST_BATCH / 2;

  /// Beyond this, whoever asks about a tenant whose rules change gets 503 at once.
  private static final int MOST_HELD = LONGEST_QUEUE;

  /// Tenants of whom it is remembered when their decisions expire; a few megabytes.
  private static final int MOST_EXPECTED = 20_000;

  private static final Duration IDLE = Duration.ofMillis(200);

  /// How soon it is asked again whether a tenant's rules still change.
  private static final Duration RETRY = Duration.ofMillis(2);

  /// A change of rules takes milliseconds, and no transaction of the product lasts longer than
  /// this; whoever waited for it so long gets 503 and comes again.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final AppendPath path;
  private final AppendSession session;
  private final Ids ids;
  private final LogState state;
  private final String origin;
  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);

  /// On which day a decision of each tenant expired last; a guess, for what is not committed yet.
  private final Map<TenantId, ContentDay> expected = new ConcurrentHashMap<>();

  /// Those whose tenant's rules were being changed; touched by the writer's thread alone.
  private final Deque<Waiting> held = new ArrayDeque<>();

  /// How many those are, for whoever asks.
  private volatile int holding;

  private volatile boolean open = true;
  private volatile boolean ended;
  private final Thread thread;

  /// @param entry rendered and sealed by the caller's thread, so that the writer's has less to do
  private record Waiting(
      Submission submission,
      AppendPath.Salted entry,
      CompletableFuture<Result> result,
      long sinceNanos) {}

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

  /// Queues a decision; the future completes after its commit.
  @Override
  public CompletableFuture<Result> submit(Submission submission) {
    var stopped = state.stopped();
    if (stopped.isPresent()) {
      return CompletableFuture.failedFuture(new LedgerFailure.Stopped(stopped.get()));
    }
    var waiting =
        new Waiting(
            submission, salted(submission.draft()), new CompletableFuture<>(), System.nanoTime());
    if (!open || !queue.offer(waiting)) {
      return CompletableFuture.failedFuture(new LedgerFailure.Overloaded());
    }
    if (ended) {
      // It ended between the two questions: nobody else will take what is queued.
      failQueued();
    }
    return waiting.result();
  }

  private void expect(TenantId tenant, ContentDay day) {
    if (!day.equals(expected.get(tenant))) {
      if (expected.size() >= MOST_EXPECTED) {
        expected.clear();
      }
      expected.put(tenant, day);
    }
  }

  /// Sealed for the day on which the tenant's last decision expires, if its key is at hand: the
  /// caller must not wait for a file. At midnight, and after a change of his retention, a few are
  /// sealed again under the head's lock.
  private AppendPath.Salted salted(Entry.Draft draft) {
    var salt = Salt.of(ids.randomBytes(Salt.LENGTH));
    var day = expected.get(draft.tenant());
    var entry =
        new AppendPath.Salted(
            draft.rendered(), salt, day == null ? ContentDay.KEPT : day, Optional.empty());
    return day != null && path.sealing().isReady(draft.tenant(), day)
        ? entry.sealedBy(path.sealing())
        : entry;
  }

  /// How many decisions wait for their commit; also those that are held back because their tenant's
  /// rules change.
  public int queued() {
    return queue.size() + holding;
  }

  private void run() {
    while (open || !queue.isEmpty() || !held.isEmpty()) {
      try {
        var first = queue.poll((held.isEmpty() ? IDLE : RETRY).toMillis(), TimeUnit.MILLISECONDS);
        var batch = batch(first);
        if (!batch.isEmpty()) {
          write(batch);
        }
      } catch (InterruptedException e) {
        break;
      }
    }
  }

  /// What is written together: those that were held back first, then `first` and who came after.
  private List<Waiting> batch(@Nullable Waiting first) {
    var batch = new ArrayList<Waiting>();
    long bytes = 0;
    while (batch.size() < MOST_TRIED_AGAIN
        && bytes < AppendPath.LARGEST_BATCH_BYTES / 2
        && !held.isEmpty()) {
      var again = held.removeFirst();
      batch.add(again);
      bytes += again.entry().length();
    }
    for (var next = first; next != null; ) {
      batch.add(next);
      bytes += next.entry().length();
      boolean room = batch.size() < LARGEST_BATCH && bytes < AppendPath.LARGEST_BATCH_BYTES;
      next = room ? queue.poll() : null;
    }
    return batch;
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
    held.forEach(left -> left.result().completeExceptionally(new LedgerFailure.Overloaded()));
    holding = 0;
    for (var left = queue.poll(); left != null; left = queue.poll()) {
      left.result().completeExceptionally(new LedgerFailure.Overloaded());
    }
  }

  private void write(List<Waiting> batch) {
    var sorted = new Sorted();
    boolean done = false;
    try {
      var written = session.commit(connection -> prepare(connection, batch, sorted));
      written.ifPresent(appended -> answer(appended, sorted.fresh));
      sorted.stale.forEach(waiting -> waiting.result().complete(new Result.Stale()));
      hold(sorted.busy);
      done = true;
    } catch (SQLException | RuntimeException e) {
      state.failed(e);
    } finally {
      holding = held.size();
      if (!done) {
        // Whoever has no answer by now gets none; for the others this does nothing.
        var failure =
            new LedgerFailure.Stopped(state.stopped().orElse("the log cannot be written now"));
        batch.forEach(waiting -> waiting.result().completeExceptionally(failure));
      }
    }
  }

  private void hold(List<Waiting> busy) {
    for (var waiting : busy) {
      if (held.size() < MOST_HELD
          && System.nanoTime() - waiting.sinceNanos() < PATIENCE.toNanos()) {
        held.add(waiting);
      } else {
        waiting.result().completeExceptionally(new LedgerFailure.Overloaded());
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

  /// A batch by what becomes of each.
  private static final class Sorted {
    final List<Waiting> fresh = new ArrayList<>();
    final List<Waiting> stale = new ArrayList<>();
    final List<Waiting> busy = new ArrayList<>();
  }

  private Optional<AppendPath.Batch> prepare(
      Connection connection, List<Waiting> batch, Sorted sorted) throws SQLException {
    var tenants = new TreeSet<TenantId>();
    batch.forEach(waiting -> tenants.add(waiting.submission().draft().tenant()));
    var opened = DecisionBatch.open(path, connection, tenants);
    var drafts = new ArrayList<AppendPath.Salted>(batch.size());
    for (var waiting : batch) {
      var submission = waiting.submission();
      var rules = opened.rules(submission.draft().tenant());
      if (rules.isEmpty()) {
        sorted.busy.add(waiting);
      } else if (rules.get().policies() != submission.policies()
          || rules.get().credentials() != submission.credentials()) {
        sorted.stale.add(waiting);
      } else {
        sorted.fresh.add(waiting);
        var expires = rules.get().expires();
        expect(submission.draft().tenant(), expires);
        drafts.add(waiting.entry().expiring(expires));
      }
    }
    return opened.prepare(ids.next(), drafts);
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
