package dev.countersign.policy.cel;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.cel.bundle.Cel;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Request;
import dev.countersign.policy.cel.ConformanceCase.Expected;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;

/// Conformance tests as our simple conditions see them, without the library.
///
/// A test's variable `x` becomes `context.x`. What JSON can't express, what has no truth value and
/// what is of another shape is out of their reach.
final class ConformanceSimple {
  private static final Cel PARSER = CelConditions.language().build();

  /// A test within reach.
  record Adapted(Simple condition, Request request, Simple.Verdict expected) {
    Simple.Verdict verdict() {
      return condition.holds(request);
    }
  }

  private ConformanceSimple() {}

  static Optional<Adapted> of(ConformanceCase test) {
    if (!test.run() || !test.macros() || !test.container().isEmpty()) {
      return Optional.empty();
    }
    return expected(test.expected())
        .flatMap(expected ->
            context(test.bindings())
                .flatMap(context ->
                    condition(test)
                        .map(condition ->
                            new Adapted(
                                condition,
                                new Request(
                                    new Entity("s", "s"),
                                    new Action("a"),
                                    new Entity("r", "r"),
                                    context),
                                expected))));
  }

  private static Optional<Simple> condition(ConformanceCase test) {
    try {
      var tree = PARSER.parse(test.expression()).getAst();
      return Simple.of(inContext(tree.getExpr(), test.bindings()));
    } catch (CelValidationException e) {
      return Optional.empty();
    }
  }

  private static CelExpr inContext(CelExpr expression, Map<String, DynamicMessage> bindings) {
    return switch (expression.exprKind().getKind()) {
      case IDENT ->
          bindings.containsKey(expression.ident().name())
              ? CelExpr.ofSelect(
                  expression.id(),
                  CelExpr.ofIdent(expression.id(), "context"),
                  expression.ident().name(),
                  false)
              : expression;
      case SELECT ->
          CelExpr.ofSelect(
              expression.id(),
              inContext(expression.select().operand(), bindings),
              expression.select().field(),
              expression.select().testOnly());
      case CALL ->
          CelExpr.ofCall(
              expression.id(),
              expression.call().target().map(target -> inContext(target, bindings)),
              expression.call().function(),
              expression.call().args().stream()
                  .map(arg -> inContext(arg, bindings))
                  .collect(ImmutableList.toImmutableList()));
      case CONSTANT, NOT_SET, LIST, STRUCT, MAP, COMPREHENSION -> expression;
    };
  }

  private static Optional<Simple.Verdict> expected(Expected expected) {
    return switch (expected) {
      case Expected.True() -> Optional.of(Simple.Verdict.TRUE);
      case Expected.Failure() -> Optional.of(Simple.Verdict.FAILS);
      case Expected.Value(var value, var _) ->
          ConformanceValues.kind(value).equals("bool_value")
              ? Optional.of(Simple.Verdict.of((boolean) ConformanceValues.content(value)))
              : Optional.empty();
    };
  }

  private static Optional<Json.JsonObject> context(Map<String, DynamicMessage> bindings) {
    var context = Json.object();
    for (var binding : bindings.entrySet()) {
      var value = json(binding.getValue());
      if (value.isEmpty()) {
        return Optional.empty();
      }
      context.put(binding.getKey(), value.get());
    }
    return Optional.of(context.build());
  }

  private static Optional<Json> json(DynamicMessage value) {
    return switch (ConformanceValues.kind(value)) {
      case "null_value" -> Optional.of(Json.NULL);
      case "bool_value" -> Optional.of(Json.of((boolean) ConformanceValues.content(value)));
      case "string_value" -> Optional.of(Json.of((String) ConformanceValues.content(value)));
      case "int64_value" -> {
        long number = (long) ConformanceValues.content(value);
        yield Math.abs((double) number) <= JsonNumber.LARGEST_INTEGER
            ? Optional.of(Json.of(number))
            : Optional.empty();
      }
      case "double_value" -> {
        double number = (double) ConformanceValues.content(value);
        yield Double.isFinite(number) ? Optional.of(Json.of(number)) : Optional.empty();
      }
      case "list_value" -> {
        var items = new ArrayList<Json>();
        var values =
            ConformanceValues.children((Message) ConformanceValues.content(value), "values");
        values.forEach(item -> json(item).ifPresent(items::add));
        yield items.size() == values.size() ? Optional.of(Json.array(items)) : Optional.empty();
      }
      case "map_value" -> {
        var entries =
            ConformanceValues.children((Message) ConformanceValues.content(value), "entries");
        var object = Json.object();
        boolean all = true;
        for (var entry : entries) {
          var key = ConformanceCase.one(entry, "key");
          var item = json(ConformanceCase.one(entry, "value"));
          if (ConformanceValues.kind(key).equals("string_value") && item.isPresent()) {
            object.put((String) ConformanceValues.content(key), item.get());
          } else {
            all = false;
          }
        }
        yield all ? Optional.of(object.build()) : Optional.empty();
      }
      default -> Optional.empty();
    };
  }
}
