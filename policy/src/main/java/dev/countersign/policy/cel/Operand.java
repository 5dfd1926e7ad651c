package dev.countersign.policy.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a simple condition compares: an attribute of the request, or a literal.
sealed interface Operand {

  /// The value, or null if the attribute is not there. Not Optional: this is the innermost loop.
  @Nullable Json value(Request request);

  /// The operand that `expression` is, or empty if it is anything else.
  static Optional<Operand> of(CelExpr expression) {
    return switch (expression.exprKind().getKind()) {
      case CONSTANT -> literal(expression.constant()).map(Literal::new);
      case LIST -> literals(expression.list().elements()).map(Literal::new);
      case IDENT, SELECT -> Path.ofFields(expression).flatMap(Operand::attribute);
      case NOT_SET, CALL, STRUCT, MAP, COMPREHENSION -> Optional.empty();
    };
  }

  static Optional<Json> literal(CelConstant constant) {
    return switch (constant.getKind()) {
      case BOOLEAN_VALUE -> Optional.of(Json.of(constant.booleanValue()));
      case STRING_VALUE -> Optional.of(Json.of(constant.stringValue()));
      case NULL_VALUE -> Optional.of(Json.NULL);
      case INT64_VALUE ->
          constant.int64Value() >= -JsonNumber.LARGEST_INTEGER
                  && constant.int64Value() <= JsonNumber.LARGEST_INTEGER
              ? Optional.of(Json.of(constant.int64Value()))
              : Optional.empty();
      case DOUBLE_VALUE ->
          // The library holds the literal -0.0 to be less than 0, which JSON does not know.
          Double.isFinite(constant.doubleValue())
                  && !(constant.doubleValue() == 0 && 1 / constant.doubleValue() < 0)
              ? Optional.of(Json.of(constant.doubleValue()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Json> literals(List<CelExpr> elements) {
    var items = new ArrayList<Json>();
    for (var element : elements) {
      if (element.exprKind().getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
        return Optional.empty();
      }
      literal(element.constant()).ifPresent(items::add);
    }
    return items.size() == elements.size() ? Optional.of(Json.array(items)) : Optional.empty();
  }

  // Variables that a macro brings in are left to the library.
  private static Optional<Operand> attribute(Path path) {
    if (!CelConditions.VARIABLES.contains(path.root())) {
      return Optional.empty();
    }
    var names = path.names();
    return Optional.of(
        names.size() == 1
            ? new Variable(path.root())
            : new Attribute(path.root(), names.get(1), names.subList(2, names.size())));
  }

  record Literal(Json literal) implements Operand {
    @Override
    public Json value(Request request) {
      return literal;
    }
  }

  /// A variable as a whole, for `has(context.x)`.
  record Variable(String name) implements Operand {
    @Override
    public Json value(Request request) {
      return switch (name) {
        case "context" -> request.context();
        case "subject" -> request.subject().json();
        case "resource" -> request.resource().json();
        default -> request.action().json();
      };
    }
  }

  /// A variable's member, and what is read from that.
  record Attribute(String variable, String first, List<String> rest) implements Operand {
    public Attribute {
      rest = List.copyOf(rest);
    }

    @Override
    public @Nullable Json value(Request request) {
      var value =
          switch (variable) {
            case "context" -> request.context().members().get(first);
            case "subject" -> member(request.subject(), first);
            case "resource" -> member(request.resource(), first);
            default -> member(request.action(), first);
          };
      for (int i = 0; i < rest.size() && value != null; i++) {
        value = value instanceof JsonObject(var members) ? members.get(rest.get(i)) : null;
      }
      return value;
    }

    private static @Nullable Json member(Entity entity, String name) {
      return switch (name) {
        case "type" -> Json.of(entity.type());
        case "id" -> Json.of(entity.id());
        case "properties" -> entity.properties();
        default -> null;
      };
    }

    private static @Nullable Json member(Action action, String name) {
      return switch (name) {
        case "name" -> Json.of(action.name());
        case "properties" -> action.properties();
        default -> null;
      };
    }
  }
}
