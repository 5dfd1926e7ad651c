package dev.countersign.events.usecase;

import dev.countersign.events.RetrySchedule;
import dev.countersign.events.WebhookKey;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.events.store.DueWebhooks;
import dev.countersign.events.store.DueWebhooks.Candidate;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.store.LogLengths;
import dev.countersign.ledger.usecase.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/// Sends what the log says to those who asked for it; every node runs it.
///
/// A node finds webhooks that have something to do and takes a *turn* with each: nobody else is at
/// a webhook while its lease lasts, so two nodes never send the same at the same time, and what a
/// dead node left is taken over when its lease ends. An event is noted as delivered after the
/// receiver said so, so it arrives at least once. Safe for use by many threads.
public final class DeliverWebhooks implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(DeliverWebhooks.class.getName());

  /// At once on this node: each has a database connection now and then, never while it waits for a
  /// receiver.
  private static final int MOST_TURNS = 16;

  /// What a stop waits for a receiver; what is not heard by then is sent again by another node.
  private static final Duration LAST_PATIENCE = PinnedPost.PATIENCE.plusSeconds(2);

  /// How much a turn may do.
  ///
  /// @param lease longer than any receiver is waited for, for it is prolonged in between
  /// @param window deliveries of a webhook that wait at most: beyond, the log itself is the queue
  /// @param page entries of the log that are looked at in one transaction
  /// @param bulkhead requests to one receiver at once, each of another case
  /// @param steps after which another webhook has its turn
  public record Bounds(
      Duration lease, int window, int page, int bulkhead, int steps, RetrySchedule schedule) {
    public static final Bounds USUAL =
        new Bounds(Duration.ofSeconds(45), 1_000, 500, 8, 50, RetrySchedule.USUAL);

    public Bounds {
      if (lease.compareTo(Duration.ZERO) <= 0
          || window < 1
          || page < 1
          || bulkhead < 1
          || steps < 1) {
        throw new IllegalArgumentException("a turn does something, and ends");
      }
    }
  }

  /// What every turn needs.
  ///
  /// @param origin the log's name
  /// @param random for jitter
  record Means(
      TenantTransactions transactions,
      Ledger ledger,
      PinnedPost post,
      WebhookKey key,
      String origin,
      Clock clock,
      Ids ids,
      RandomGenerator random,
      Bounds bounds) {}

  private final Means means;
  private final DueWebhooks due;
  private final LogLengths lengths;
  private final Map<UUID, Thread> turns = new ConcurrentHashMap<>();
  private final Tally tally = new Tally();
  private volatile long failing;
  private volatile boolean open = true;

  /// What came of all attempts of this node.
  static final class Tally {
    final LongAdder delivered = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder dead = new LongAdder();
  }

  public DeliverWebhooks(
      DueWebhooks due,
      LogLengths lengths,
      TenantTransactions transactions,
      Ledger ledger,
      PinnedPost post,
      WebhookKey key,
      String origin,
      Clock clock,
      Ids ids,
      RandomGenerator random,
      Bounds bounds) {
    this.due = due;
    this.lengths = lengths;
    this.means = new Means(transactions, ledger, post, key, origin, clock, ids, random, bounds);
  }

  /// Starts a turn for each webhook that has something to do and none on this node, as far as there
  /// is room; returns at once. Costs two small queries while there is nothing to do.
  public void round() {
    var candidates = due.at(means.clock().instant());
    failing = candidates.stream().filter(Candidate::failing).count();
    if (candidates.isEmpty()) {
      return;
    }
    var tenants = new TreeSet<TenantId>();
    candidates.forEach(candidate -> tenants.add(candidate.tenant()));
    var known = lengths.of(tenants);
    var waiting = new ArrayList<Candidate>();
    for (var candidate : candidates) {
      if (candidate.due(known.getOrDefault(candidate.tenant(), 0L))) {
        waiting.add(candidate);
      }
    }
    // Whoever is first in some order must not always be.
    Collections.shuffle(waiting, means.random());
    waiting.forEach(this::begin);
  }

  private void begin(Candidate candidate) {
    if (!open || turns.size() >= MOST_TURNS) {
      return;
    }
    turns.computeIfAbsent(
        candidate.webhook(),
        webhook ->
            Thread.ofVirtual()
                .name("countersign-webhooks")
                .start(() -> take(candidate.tenant(), webhook)));
  }

  private void take(TenantId tenant, UUID webhook) {
    try {
      new Turn(means, tenant, webhook, tally, () -> open).run();
    } catch (RuntimeException e) {
      // The lease is left to end by itself: a pause before it is tried again, here or elsewhere.
      LOG.log(System.Logger.Level.WARNING, "a webhook waits for its lease to end", e);
    } finally {
      turns.remove(webhook);
    }
  }

  /// Whether no turn is under way on this node.
  public boolean idle() {
    return turns.isEmpty();
  }

  /// Active webhooks of all tenants whose receivers were away when this node last looked.
  public long failing() {
    return failing;
  }

  /// Events that receivers took from this node.
  public long delivered() {
    return tally.delivered.sum();
  }

  /// Attempts of this node that were in vain.
  public long failed() {
    return tally.failed.sum();
  }

  /// Events that this node gave up.
  public long dead() {
    return tally.dead.sum();
  }

  /// Begins nothing more and waits a little for what is under way.
  @Override
  public void close() {
    open = false;
    long until = System.nanoTime() + LAST_PATIENCE.toNanos();
    for (var turn : List.copyOf(turns.values())) {
      try {
        turn.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
