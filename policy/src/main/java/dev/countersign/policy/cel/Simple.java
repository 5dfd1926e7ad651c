package dev.countersign.policy.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.policy.Request;
import java.util.Optional;

/// A condition of simple shape, decided from the checked expression without the library.
///
/// The shapes are truth literals, attributes, `has`, comparisons and `in` between attributes and
/// literals, and `&&`, `||`, `!` of these. Most policies are nothing else, and the library takes
/// half a microsecond for each comparison. Values stay JSON: its numbers are doubles, and a literal
/// is taken only if a double holds it, so comparing doubles is comparing exactly.
///
/// `&&` and `||` are CEL's: they do not depend on order, and a side that fails is overruled by one
/// that decides alone.
sealed interface Simple {

  /// What a simple condition comes to; CEL would raise an error where it fails.
  enum Verdict {
    FALSE,
    TRUE,
    FAILS;

    static Verdict of(boolean truth) {
      return truth ? TRUE : FALSE;
    }
  }

  Verdict holds(Request request);

  /// The simple condition that means the same as `expression`, or empty if that is of another
  /// shape.
  static Optional<Simple> of(CelExpr expression) {
    return switch (expression.exprKind().getKind()) {
      case CONSTANT, IDENT -> Operand.of(expression).map(Attribute::new);
      case SELECT ->
          expression.select().testOnly()
              ? Operand.of(expression.select().operand())
                  .map(operand -> new Has(operand, expression.select().field()))
              : Operand.of(expression).map(Attribute::new);
      case CALL -> of(expression.call());
      case NOT_SET, LIST, STRUCT, MAP, COMPREHENSION -> Optional.empty();
    };
  }

  private static Optional<Simple> of(CelCall call) {
    var args = call.args();
    if (call.target().isPresent() || args.isEmpty() || args.size() > 2) {
      return Optional.empty();
    }
    return switch (call.function()) {
      case "!_" -> of(args.get(0)).map(Not::new);
      case "_&&_" -> of(args.get(0)).flatMap(a -> of(args.get(1)).map(b -> new And(a, b)));
      case "_||_" -> of(args.get(0)).flatMap(a -> of(args.get(1)).map(b -> new Or(a, b)));
      case "_==_" -> operands(call).map(pair -> new Equal(pair.left(), pair.right()));
      case "_!=_" -> operands(call).map(pair -> new Not(new Equal(pair.left(), pair.right())));
      case "_<_" -> operands(call).map(pair -> new Less(pair.left(), pair.right(), false));
      case "_<=_" -> operands(call).map(pair -> new Less(pair.left(), pair.right(), true));
      case "_>_" -> operands(call).map(pair -> new Less(pair.right(), pair.left(), false));
      case "_>=_" -> operands(call).map(pair -> new Less(pair.right(), pair.left(), true));
      case "@in" -> operands(call).map(pair -> new In(pair.left(), pair.right()));
      default -> Optional.empty();
    };
  }

  private static Optional<Pair> operands(CelCall call) {
    return Operand.of(call.args().get(0))
        .flatMap(left -> Operand.of(call.args().get(1)).map(right -> new Pair(left, right)));
  }

  /// The two sides of a comparison.
  record Pair(Operand left, Operand right) {}

  /// An attribute or literal that is itself the condition.
  record Attribute(Operand operand) implements Simple {
    @Override
    public Verdict holds(Request request) {
      return operand.value(request) instanceof JsonBoolean(var truth)
          ? Verdict.of(truth)
          : Verdict.FAILS;
    }
  }

  /// Whether an object has a key.
  record Has(Operand object, String key) implements Simple {
    @Override
    public Verdict holds(Request request) {
      return object.value(request) instanceof JsonObject(var members)
          ? Verdict.of(members.containsKey(key))
          : Verdict.FAILS;
    }
  }

  record Not(Simple inner) implements Simple {
    @Override
    public Verdict holds(Request request) {
      return switch (inner.holds(request)) {
        case TRUE -> Verdict.FALSE;
        case FALSE -> Verdict.TRUE;
        case FAILS -> Verdict.FAILS;
      };
    }
  }

  record And(Simple left, Simple right) implements Simple {
    @Override
    public Verdict holds(Request request) {
      var first = left.holds(request);
      if (first == Verdict.FALSE) {
        return first;
      }
      var second = right.holds(request);
      return first == Verdict.TRUE || second == Verdict.FALSE ? second : first;
    }
  }

  record Or(Simple left, Simple right) implements Simple {
    @Override
    public Verdict holds(Request request) {
      var first = left.holds(request);
      if (first == Verdict.TRUE) {
        return first;
      }
      var second = right.holds(request);
      return first == Verdict.FALSE || second == Verdict.TRUE ? second : first;
    }
  }

  /// Values of different kinds are not equal; that is no failure.
  record Equal(Operand left, Operand right) implements Simple {
    @Override
    public Verdict holds(Request request) {
      var a = left.value(request);
      var b = right.value(request);
      return a == null || b == null ? Verdict.FAILS : Verdict.of(a.equals(b));
    }
  }

  /// Order is defined among numbers, among strings and among truth values.
  record Less(Operand left, Operand right, boolean orEqual) implements Simple {
    @Override
    public Verdict holds(Request request) {
      var a = left.value(request);
      var b = right.value(request);
      if (a instanceof JsonNumber(var x) && b instanceof JsonNumber(var y)) {
        return of(Double.compare(x, y));
      }
      if (a instanceof JsonString(var x) && b instanceof JsonString(var y)) {
        return of(x.compareTo(y));
      }
      if (a instanceof JsonBoolean(var x) && b instanceof JsonBoolean(var y)) {
        return of(Boolean.compare(x, y));
      }
      return Verdict.FAILS;
    }

    private Verdict of(int order) {
      return Verdict.of(order < 0 || (orEqual && order == 0));
    }
  }

  /// Whether a list has an element, or an object a key.
  record In(Operand needle, Operand hay) implements Simple {
    @Override
    public Verdict holds(Request request) {
      var sought = needle.value(request);
      var within = hay.value(request);
      if (sought == null || within == null) {
        return Verdict.FAILS;
      }
      return switch (within) {
        case JsonArray(var items) -> Verdict.of(items.contains(sought));
        case JsonObject(var members) ->
            Verdict.of(sought instanceof JsonString(var key) && members.containsKey(key));
        case JsonString(var _), JsonNumber(var _), JsonBoolean(var _) -> Verdict.FAILS;
        case JsonNull() -> Verdict.FAILS;
      };
    }
  }
}
