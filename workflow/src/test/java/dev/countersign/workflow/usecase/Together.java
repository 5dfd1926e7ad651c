package dev.countersign.workflow.usecase;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Several at the same moment.
final class Together {
  private Together() {}

  /// Runs all attempts from the same moment on and yields their answers in order.
  @SafeVarargs
  static <T> List<T> run(Callable<T>... attempts) throws Exception {
    var start = new CyclicBarrier(attempts.length);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<T>>();
      for (var attempt : attempts) {
        futures.add(
            threads.submit(() -> {
              start.await();
              return attempt.call();
            }));
      }
      var answers = new ArrayList<T>();
      for (var future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }
}
