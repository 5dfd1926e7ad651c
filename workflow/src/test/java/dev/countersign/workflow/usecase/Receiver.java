package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.OutgoingCall;
import dev.countersign.workflow.OutgoingCall.Reply;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Another system that honours idempotency keys and is otherwise hard to work with: it is away, its
/// answers get lost, it refuses, and who asked it may die meanwhile.
final class Receiver implements Function<OutgoingCall, Reply> {
  private final Clock clock;
  private final RandomGenerator random;
  private final List<Asked> asked = new ArrayList<>();
  private final Set<String> done = new LinkedHashSet<>();
  private boolean gentle;

  Receiver(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /// One attempt as it arrived.
  record Asked(String key, JsonObject body, Instant at) {}

  /// Who asked is gone before he hears an answer.
  static final class NodeGone extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Override
  public synchronized Reply apply(OutgoingCall call) {
    int chance = gentle ? 0 : random.nextInt(20);
    if (chance == 15 || chance == 16) {
      return new Reply.Postponed("breaker_open", Duration.ofSeconds(20)); // It was not asked.
    }
    asked.add(new Asked(call.idempotencyKey(), call.body(), clock.instant()));
    if (chance < 9 || chance == 19) {
      done.add(call.idempotencyKey());
    }
    return switch (chance) {
      case 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 -> new Reply.Unavailable("timed_out");
      case 17 -> new Reply.Refused(422);
      case 18, 19 -> throw new NodeGone();
      default -> new Reply.Done();
    };
  }

  /// From now on it does what it is asked.
  synchronized void calmDown() {
    gentle = true;
  }

  synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  synchronized boolean hasDone(String key) {
    return done.contains(key);
  }
}
