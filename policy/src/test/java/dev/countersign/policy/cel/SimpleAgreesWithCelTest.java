package dev.countersign.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Request;
import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Holds the simple conditions to the library: same truth, same failures, on the same requests.
class SimpleAgreesWithCelTest {
  private static final CelConditions CONDITIONS = new CelConditions();
  private static final List<String> PATHS =
      List.of(
          "context.a",
          "context.b",
          "context.m",
          "context.m.a",
          "context.m.b",
          "context.m.m.a",
          "context.l",
          "subject.id",
          "subject.type",
          "subject.nothing",
          "action.name",
          "action.properties.a",
          "resource.id",
          "resource.properties",
          "resource.properties.a");
  private static final List<String> LITERALS =
      List.of(
          "1",
          "2",
          "-1",
          "0",
          "1.0",
          "2.5",
          "9007199254740991",
          "1e300",
          "true",
          "false",
          "'a'",
          "'b'",
          "''",
          "'A'",
          "'\\U0001F600'",
          "'\\uFF5E'",
          "null",
          "[1, 2]",
          "['a', 'b']",
          "[]",
          "[1.0, null, true]");

  @Test
  void theyGiveTheSameAnswers() {
    var seen = new EnumMap<Simple.Verdict, Integer>(Simple.Verdict.class);
    Property.holdsFor(
        3_000,
        random -> {
          var text = condition(random, 3);
          try {
            var tree = CONDITIONS.tree(text);
            var simple = Simple.of(tree.getExpr()).orElseThrow(() -> new AssertionError(text));
            var library = CONDITIONS.byLibrary(tree);
            for (int i = 0; i < 10; i++) {
              var request = request(random);
              var verdict = simple.holds(request);
              seen.merge(verdict, 1, Integer::sum);
              var outcome = library.evaluate(request);
              assertThat(verdict)
                  .as("`%s` on %s: %s", text, request.json(), outcome)
                  .isEqualTo(verdict(outcome));
            }
          } catch (CelValidationException refused) {
            // Literals of different types side by side: nothing to compare.
          } catch (CelEvaluationException e) {
            throw new AssertionError(text, e);
          }
        });
    // A generator that makes nothing but failures would prove nothing.
    if (Long.getLong("property.seed") == null) {
      assertThat(seen).hasSize(3);
      assertThat(seen.values()).allMatch(count -> count > 1_000);
    }
  }

  private static Simple.Verdict verdict(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Satisfied() -> Simple.Verdict.TRUE;
      case Outcome.Unsatisfied() -> Simple.Verdict.FALSE;
      case Outcome.Errored(var _) -> Simple.Verdict.FAILS;
    };
  }

  private static String condition(RandomGenerator random, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return switch (random.nextInt(5)) {
        case 0 -> "has(" + one(random, PATHS) + ")";
        case 1 -> random.nextInt(5) == 0 ? "true" : one(random, PATHS);
        case 2 -> operand(random) + " in " + operand(random);
        default ->
            operand(random)
                + " "
                + one(random, List.of("==", "!=", "<", "<=", ">", ">="))
                + " "
                + operand(random);
      };
    }
    return switch (random.nextInt(3)) {
      case 0 -> "!(" + condition(random, depth - 1) + ")";
      case 1 -> "(" + condition(random, depth - 1) + " && " + condition(random, depth - 1) + ")";
      default -> "(" + condition(random, depth - 1) + " || " + condition(random, depth - 1) + ")";
    };
  }

  private static String operand(RandomGenerator random) {
    return random.nextInt(3) == 0 ? one(random, LITERALS) : one(random, PATHS);
  }

  private static <T> T one(RandomGenerator random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static Request request(RandomGenerator random) {
    return new Request(
        new Entity(one(random, List.of("a", "b")), "a", object(random, 2)),
        new Action(one(random, List.of("a", "b", "")), object(random, 2)),
        new Entity("model", one(random, List.of("a", "A")), object(random, 1)),
        object(random, 3));
  }

  private static JsonObject object(RandomGenerator random, int depth) {
    var object = Json.object();
    for (var name : List.of("a", "b", "l", "m")) {
      if (random.nextInt(4) != 0) {
        object.put(
            name, name.equals("m") && depth > 0 ? object(random, depth - 1) : value(random, depth));
      }
    }
    return object.build();
  }

  private static Json value(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 8)) {
      case 0, 1 -> Json.of(one(random, List.of(true, false)));
      case 2 -> Json.of(one(random, List.of("a", "b", "", "A", "\uD83D\uDE00", "\uFF5E")));
      case 3, 4 ->
          Json.of(
              (double) one(random, List.of(0.0, 1.0, 2.0, 2.5, -1.0, 9007199254740991.0, 1e300)));
      case 5 -> Json.NULL;
      case 6 -> {
        var items = new ArrayList<Json>();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
          items.add(value(random, depth - 1));
        }
        yield Json.array(items);
      }
      default -> object(random, depth - 1);
    };
  }
}
