package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.usecase.Receiver.NodeGone;
import dev.countersign.workflow.usecase.Scene.NothingThere;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// One kind of thing that an actor may do.
///
/// @param weight how often it comes to an actor's mind
/// @param deed throws `Refusal` if it is refused, [NothingThere] if there is nothing to do it with
record PlayedMove(String name, int weight, Consumer<Scene> deed) {

  /// Counts what was not refused.
  static final class Tally {
    private final Map<String, AtomicInteger> accepted = new ConcurrentHashMap<>();

    void count(String what) {
      accepted.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
    }

    int of(String what) {
      var count = accepted.get(what);
      return count == null ? 0 : count.get();
    }

    @Override
    public String toString() {
      return accepted.toString();
    }
  }

  /// Does it; what is refused is as good a move as any.
  void play(Scene scene, Tally tally) {
    try {
      deed.accept(scene);
      tally.count(name);
    } catch (Refusal | NothingThere refused) {
      // Nothing has changed.
    } catch (IllegalStateException failed) {
      if (!(failed.getCause() instanceof NodeGone)) {
        throw failed;
      }
    }
  }
}
