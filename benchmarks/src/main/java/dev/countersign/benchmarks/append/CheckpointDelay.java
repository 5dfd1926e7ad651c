package dev.countersign.benchmarks.append;

import dev.countersign.benchmarks.load.Times;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.Decisions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// How long a committed entry waits for a signed checkpoint that covers it, at a constant rate.
///
/// Entry *i* is due at the start plus *i* divided by the rate, whatever became of those before. Its
/// first time runs from then to its answer; its second from the answer, which follows the commit,
/// to the first checkpoint that covers it being there to be served.
final class CheckpointDelay {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long NAP = TimeUnit.MICROSECONDS.toNanos(200);

  private final DecisionWriter writer;
  private final CheckpointSigner signer;
  private final Load load;

  CheckpointDelay(DecisionWriter writer, CheckpointSigner signer, Load load) {
    this.writer = writer;
    this.signer = signer;
    this.load = load;
  }

  /// @param answered from due to answered
  /// @param covered from answered to covered
  record Delays(Times answered, Times covered) {}

  /// @param first the index that the first entry gets: nobody else appends meanwhile
  Delays run(int rate, int seconds, long first) throws InterruptedException {
    int count = Math.multiplyExact(rate, seconds);
    var committed = new long[count];
    var delays = new Delays(new Times(count), new Times(count));
    var watcher = Thread.ofPlatform().start(() -> watch(first, committed, delays.covered()));
    long start = System.nanoTime();
    var last = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      long due = start + i * TimeUnit.SECONDS.toNanos(1) / rate;
      for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
        LockSupport.parkNanos(Math.min(NAP, due - now));
      }
      var _ =
          writer
              .submit(new Decisions.Submission(load.next(i), 1, 1))
              .whenComplete((result, _) -> {
                long now = System.nanoTime();
                // All on the writer's thread, before it takes the next batch.
                if (result instanceof Decisions.Result.Committed(var ticket)) {
                  delays.answered().answered(now - due);
                  synchronized (committed) {
                    committed[(int) (ticket.logIndex() - first)] = now;
                  }
                } else {
                  delays.answered().failed(PATIENCE);
                }
                last.countDown();
              });
    }
    last.await();
    watcher.join();
    return delays;
  }

  private void watch(long first, long[] committed, Times covered) {
    int next = 0;
    try {
      while (next < committed.length) {
        var signed = signer.covering(first + next + 1, PATIENCE);
        long now = System.nanoTime();
        if (signed.isEmpty()) {
          while (next++ < committed.length) {
            covered.failed(PATIENCE);
          }
          return;
        }
        int until = (int) Math.min(committed.length, signed.get().checkpoint().size() - first);
        for (; next < until; next++) {
          covered.answered(Math.max(0, now - answeredAt(committed, next, now)));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A checkpoint may be there before the answer is: then nobody waited.
  private static long answeredAt(long[] committed, int entry, long now) {
    synchronized (committed) {
      return committed[entry] == 0 ? now : committed[entry];
    }
  }
}
