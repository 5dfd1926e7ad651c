package dev.countersign.cli.simulate;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// What one circumstance adds to a logit.
sealed interface Term {

  /// @param queue in which the case is
  /// @param hour of the day, UTC
  double of(JsonObject facts, String queue, int hour);

  /// A fact has exactly this value.
  record Is(String fact, Json value, double weight) implements Term {
    @Override
    public double of(JsonObject facts, String queue, int hour) {
      return facts.member(fact).filter(value::equals).isPresent() ? weight : 0;
    }
  }

  /// How far a number is from its middle, in its unit; nothing where it is missing.
  record Linear(String fact, double middle, double unit, double weight) implements Term {
    @Override
    public double of(JsonObject facts, String queue, int hour) {
      return number(facts, fact).map(value -> weight * (value - middle) / unit).orElse(0.0);
    }
  }

  /// The same for the order of magnitude.
  record Magnitude(String fact, double middle, double weight) implements Term {
    @Override
    public double of(JsonObject facts, String queue, int hour) {
      return number(facts, fact)
          .map(value -> weight * (StrictMath.log10(1 + Math.max(0, value)) - middle))
          .orElse(0.0);
    }
  }

  /// The hour is in this range, which may go over midnight; `to` is not in it.
  record Hours(int from, int to, double weight) implements Term {
    @Override
    public double of(JsonObject facts, String queue, int hour) {
      boolean in = from < to ? hour >= from && hour < to : hour >= from || hour < to;
      return in ? weight : 0;
    }
  }

  /// The case is in this queue.
  record In(String name, double weight) implements Term {
    @Override
    public double of(JsonObject facts, String queue, int hour) {
      return queue.equals(name) ? weight : 0;
    }
  }

  private static Optional<Double> number(JsonObject facts, String fact) {
    return facts.member(fact).orElse(Json.NULL) instanceof JsonNumber number
        ? Optional.of(number.value())
        : Optional.empty();
  }
}
