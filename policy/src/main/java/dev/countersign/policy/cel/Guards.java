package dev.countersign.policy.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.countersign.policy.Conditions.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Finds reads of keys that may be missing, in a checked expression.
///
/// A key may be read if it is guaranteed or if an expression to its left has made sure of it:
/// `has(a.b) && a.b`, `!has(a.b) || a.b`, `has(a.b) ? a.b : c`, `"b" in a && a.b`. Only leftwards:
/// of `has(a.b.c) && has(a.b.d)` each would otherwise vouch for the other's `a.b`. What is read
/// from a computed value can't be followed, and is refused; `exists` and its like reach elements.
///
/// One for each expression; for use by one thread.
final class Guards {
  private static final Set<String> VARIABLES = CelConditions.VARIABLES;

  private final CelAbstractSyntaxTree tree;
  private final Set<Path> guaranteed;
  private final List<Problem> problems = new ArrayList<>();

  private Guards(CelAbstractSyntaxTree tree, Set<Path> guaranteed) {
    this.tree = tree;
    this.guaranteed = guaranteed;
  }

  static List<Problem> problems(CelAbstractSyntaxTree tree, Set<Path> guaranteed) {
    var guards = new Guards(tree, guaranteed);
    guards.check(tree.getExpr(), Set.of());
    return List.copyOf(guards.problems);
  }

  private void check(CelExpr expression, Set<Path> present) {
    switch (expression.exprKind().getKind()) {
      case CONSTANT, IDENT, NOT_SET -> {}
      case SELECT -> {
        if (expression.select().testOnly()) {
          check(expression.select().operand(), present);
        } else {
          read(expression, present);
        }
      }
      case CALL -> call(expression, present);
      case LIST -> expression.list().elements().forEach(item -> check(item, present));
      case STRUCT -> expression.struct().entries().forEach(entry -> check(entry.value(), present));
      case MAP ->
          expression
              .map()
              .entries()
              .forEach(entry -> {
                check(entry.key(), present);
                check(entry.value(), present);
              });
      case COMPREHENSION -> comprehension(expression, present);
    }
  }

  private void read(CelExpr expression, Set<Path> present) {
    var path = Path.of(expression);
    if (path.isEmpty()) {
      problem(expression, "reads a key of a computed value, which can't be known to be there");
      return;
    }
    for (var prefix : path.get().prefixes()) {
      if (prefix.names().size() > 1 && !guaranteed.contains(prefix) && !present.contains(prefix)) {
        problem(
            expression,
            "reads `" + prefix + "`, which may be missing: ask `has(" + prefix + ")` first");
        return;
      }
    }
  }

  private void call(CelExpr expression, Set<Path> present) {
    var call = expression.call();
    var args = call.args();
    switch (call.function()) {
      case "_&&_" -> {
        check(args.get(0), present);
        check(args.get(1), union(present, whenTrue(args.get(0))));
      }
      case "_||_" -> {
        check(args.get(0), present);
        check(args.get(1), union(present, whenFalse(args.get(0))));
      }
      case "_?_:_" -> {
        check(args.get(0), present);
        check(args.get(1), union(present, whenTrue(args.get(0))));
        check(args.get(2), union(present, whenFalse(args.get(0))));
      }
      case Path.INDEX -> {
        read(expression, present);
        args.forEach(arg -> check(arg, present));
      }
      default -> {
        call.target().ifPresent(target -> check(target, present));
        args.forEach(arg -> check(arg, present));
      }
    }
  }

  private void comprehension(CelExpr expression, Set<Path> present) {
    CelComprehension loop = expression.comprehension();
    check(loop.iterRange(), present);
    check(loop.accuInit(), present);
    for (var variable : List.of(loop.iterVar(), loop.iterVar2())) {
      if (VARIABLES.contains(variable)) {
        problem(expression, "names a variable of its own `" + variable + "`, which has a meaning");
      }
    }
    var inside = new LinkedHashSet<>(present);
    inside.removeIf(
        path -> path.root().equals(loop.iterVar()) || path.root().equals(loop.iterVar2()));
    check(loop.loopCondition(), inside);
    check(loop.loopStep(), inside);
    check(loop.result(), inside);
  }

  /// The paths that are certainly there if `expression` is true.
  private static Set<Path> whenTrue(CelExpr expression) {
    if (expression.exprKind().getKind() == Kind.SELECT && expression.select().testOnly()) {
      return Path.of(expression.select().operand())
          .map(path -> prefixes(path.plus(expression.select().field())))
          .orElseGet(Set::of);
    }
    if (expression.exprKind().getKind() != Kind.CALL) {
      return Set.of();
    }
    CelCall call = expression.call();
    return switch (call.function()) {
      case "_&&_" -> union(whenTrue(call.args().get(0)), whenTrue(call.args().get(1)));
      case "_||_" -> both(whenTrue(call.args().get(0)), whenTrue(call.args().get(1)));
      case "!_" -> whenFalse(call.args().get(0));
      case "@in" ->
          Path.literal(call.args().get(0))
              .flatMap(key -> Path.of(call.args().get(1)).map(path -> prefixes(path.plus(key))))
              .orElseGet(Set::of);
      default -> Set.of();
    };
  }

  /// The paths that are certainly there if `expression` is false.
  private static Set<Path> whenFalse(CelExpr expression) {
    if (expression.exprKind().getKind() != Kind.CALL) {
      return Set.of();
    }
    CelCall call = expression.call();
    return switch (call.function()) {
      case "_||_" -> union(whenFalse(call.args().get(0)), whenFalse(call.args().get(1)));
      case "_&&_" -> both(whenFalse(call.args().get(0)), whenFalse(call.args().get(1)));
      case "!_" -> whenTrue(call.args().get(0));
      default -> Set.of();
    };
  }

  private void problem(CelExpr expression, String message) {
    int offset = tree.getSource().getPositionsMap().getOrDefault(expression.id(), 0);
    problems.add(
        tree.getSource()
            .getOffsetLocation(offset)
            .map(place -> new Problem(place.getLine(), place.getColumn() + 1, message))
            .orElseGet(() -> new Problem(1, 1, message)));
  }

  private static Set<Path> prefixes(Path path) {
    return new LinkedHashSet<>(path.prefixes());
  }

  private static Set<Path> union(Collection<Path> some, Collection<Path> others) {
    var all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }

  private static Set<Path> both(Collection<Path> some, Collection<Path> others) {
    var shared = new LinkedHashSet<>(some);
    shared.retainAll(others);
    return shared;
  }
}
