package dev.countersign.policy.cel;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A variable and the keys that are read from it, one after the other: `context.metadata.tokens`.
record Path(List<String> names) {
  static final String INDEX = "_[_]";

  Path {
    names = List.copyOf(names);
  }

  static Path of(String... names) {
    return new Path(List.of(names));
  }

  /// The path that an expression reads, by fields or by literal keys in brackets; empty if it
  /// computes something on the way.
  static Optional<Path> of(CelExpr expression) {
    return switch (expression.exprKind().getKind()) {
      case IDENT -> Optional.of(Path.of(expression.ident().name()));
      case SELECT ->
          expression.select().testOnly()
              ? Optional.empty()
              : of(expression.select().operand())
                  .map(path -> path.plus(expression.select().field()));
      case CALL -> {
        var call = expression.call();
        yield call.function().equals(INDEX)
            ? literal(call.args().get(1))
                .flatMap(key -> of(call.args().get(0)).map(p -> p.plus(key)))
            : Optional.empty();
      }
      case NOT_SET, CONSTANT, LIST, STRUCT, MAP, COMPREHENSION -> Optional.empty();
    };
  }

  /// The path that an expression reads by fields alone. With a key in brackets the library settles
  /// the type of what is read by the first overload that fits, and comparisons then fail that would
  /// hold with a field; that is the library's to decide.
  static Optional<Path> ofFields(CelExpr expression) {
    return switch (expression.exprKind().getKind()) {
      case IDENT -> of(expression);
      case SELECT ->
          expression.select().testOnly()
              ? Optional.empty()
              : ofFields(expression.select().operand())
                  .map(path -> path.plus(expression.select().field()));
      case CALL, NOT_SET, CONSTANT, LIST, STRUCT, MAP, COMPREHENSION -> Optional.empty();
    };
  }

  /// The text of a string literal.
  static Optional<String> literal(CelExpr expression) {
    return expression.exprKind().getKind() == Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? Optional.of(expression.constant().stringValue())
        : Optional.empty();
  }

  String root() {
    return names.getFirst();
  }

  Path plus(String name) {
    var longer = new ArrayList<>(names);
    longer.add(name);
    return new Path(longer);
  }

  /// This path and those that lead to it, shortest first.
  List<Path> prefixes() {
    var prefixes = new ArrayList<Path>();
    for (int length = 1; length <= names.size(); length++) {
      prefixes.add(new Path(names.subList(0, length)));
    }
    return prefixes;
  }

  @Override
  public String toString() {
    return String.join(".", names);
  }
}
