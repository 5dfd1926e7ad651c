package dev.countersign.cli.simulate;

import dev.countersign.kernel.Json;
import java.util.List;

/// How a fact of a case comes about.
sealed interface Fact {

  String name();

  Json draw(Draws draws);

  /// A whole number, each as likely.
  record Whole(String name, long from, long to) implements Fact {
    @Override
    public Json draw(Draws draws) {
      return Json.of(draws.between(from, to));
    }
  }

  /// True so often.
  record Chance(String name, double probability) implements Fact {
    @Override
    public Json draw(Draws draws) {
      return Json.of(draws.chance(probability));
    }
  }

  /// One of some values, each with its weight.
  record Choice(String name, List<Json> values, List<Double> weights) implements Fact {
    public Choice {
      values = List.copyOf(values);
      weights = List.copyOf(weights);
    }

    @Override
    public Json draw(Draws draws) {
      return values.get(draws.choice(weights));
    }
  }

  /// A whole amount, log-normal as amounts are.
  record Amount(String name, double median, double spread, long most) implements Fact {
    @Override
    public Json draw(Draws draws) {
      double drawn = median * StrictMath.exp(spread * draws.normal());
      return Json.of((long) Math.min((double) most, Math.rint(drawn)));
    }
  }
}
