package dev.countersign.policy.usecase;

import dev.countersign.kernel.TenantId;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Works on this node's simulations, one after the other, and says of all of them that they live.
///
/// A node that ends in order says of its runs that they are interrupted; of one that does not, the
/// silence says it ([dev.countersign.policy.simulation.SimulationRun#SILENCE]).
///
/// Safe for use by many threads.
public final class SimulationRunner implements AutoCloseable {
  /// The checks come first: a simulation takes a core for as long as it runs.
  private static final int AT_ONCE = 1;

  /// Each tenant has one at most; behind so many, nobody wants to wait.
  private static final int MOST_WAITING = 50;

  private static final Duration PULSE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RunSimulation work;
  private final Consumer<RuntimeException> failures;
  private final Set<Job> jobs = ConcurrentHashMap.newKeySet();
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().daemon().name("countersign-simulation-", 0).factory());
  private final ScheduledExecutorService pulse =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("countersign-simulation-pulse").factory());
  private volatile boolean closing;

  private record Job(TenantId tenant, UUID id) {}

  /// @param failures told what went wrong with a run
  public SimulationRunner(RunSimulation work, Consumer<RuntimeException> failures) {
    this.work = work;
    this.failures = failures;
    var _ =
        pulse.scheduleWithFixedDelay(
            this::beat, PULSE.toMillis(), PULSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Whether another run would wait behind too many.
  public boolean full() {
    return jobs.size() >= MOST_WAITING;
  }

  /// Takes over a run whose row is there.
  public void run(TenantId tenant, UUID id) {
    var job = new Job(tenant, id);
    jobs.add(job);
    try {
      var _ = workers.submit(() -> work(job));
    } catch (RejectedExecutionException closed) {
      jobs.remove(job);
      work.interrupted(tenant, id);
    }
  }

  private void work(Job job) {
    try {
      if (!closing) {
        work.run(job.tenant(), job.id(), () -> closing);
      }
      if (closing) {
        work.interrupted(job.tenant(), job.id());
      }
    } catch (RuntimeException failure) {
      failures.accept(failure);
      failed(job);
    } finally {
      jobs.remove(job);
    }
  }

  private void failed(Job job) {
    try {
      work.failed(job.tenant(), job.id());
    } catch (RuntimeException away) {
      // Nobody says any more that it lives, so it will be found interrupted.
      failures.accept(away);
    }
  }

  private void beat() {
    for (var job : jobs) {
      try {
        work.alive(job.tenant(), job.id());
      } catch (RuntimeException away) {
        failures.accept(away);
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    pulse.shutdownNow();
    workers.shutdown();
    try {
      if (!workers.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
