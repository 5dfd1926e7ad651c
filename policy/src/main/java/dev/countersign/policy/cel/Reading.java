package dev.countersign.policy.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.countersign.kernel.Json;
import dev.countersign.policy.AttributePath;
import dev.countersign.policy.Reads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gathers what a checked expression looks at. One for each expression; for use by one thread.
///
/// What it can't follow counts as read as a whole: of `context.metadata.exists(k, k == "a")` that
/// is all of `context.metadata`. The elements that a macro names are part of what it goes through.
final class Reading {
  /// What stands beside an attribute here is another condition, not a value for it.
  private static final Set<String> CONNECTIVES = Set.of("_&&_", "_||_", "_?_:_");

  private final SortedSet<AttributePath> paths = new TreeSet<>();
  private final SortedMap<AttributePath, List<Json>> literals = new TreeMap<>();
  private final SortedMap<AttributePath, SortedSet<AttributePath>> beside = new TreeMap<>();

  private Reading() {}

  /// @param guaranteed as [Guards] takes them
  static Reads of(CelExpr expression, Set<Path> guaranteed) {
    var reading = new Reading();
    reading.visit(expression);
    var certain = new TreeSet<AttributePath>();
    guaranteed.forEach(path -> certain.add(attribute(path)));
    certain.retainAll(reading.paths);
    return new Reads(reading.paths, certain, reading.literals, reading.beside);
  }

  private void visit(CelExpr expression) {
    var path = path(expression);
    if (path.isPresent()) {
      paths.add(path.get());
      return;
    }
    switch (expression.exprKind().getKind()) {
      case CONSTANT, IDENT, NOT_SET -> {}
      case SELECT -> visit(expression.select().operand());
      case CALL -> call(expression.call());
      case LIST -> expression.list().elements().forEach(this::visit);
      case STRUCT -> expression.struct().entries().forEach(entry -> visit(entry.value()));
      case MAP ->
          expression
              .map()
              .entries()
              .forEach(entry -> {
                visit(entry.key());
                visit(entry.value());
              });
      case COMPREHENSION -> {
        var loop = expression.comprehension();
        visit(loop.iterRange());
        visit(loop.accuInit());
        visit(loop.loopCondition());
        visit(loop.loopStep());
        visit(loop.result());
      }
    }
  }

  private void call(CelCall call) {
    var operands = new ArrayList<CelExpr>();
    call.target().ifPresent(operands::add);
    operands.addAll(call.args());
    if (call.function().equals("@in") && key(operands)) {
      return;
    }
    operands.forEach(this::visit);
    if (!CONNECTIVES.contains(call.function())) {
      for (var operand : operands) {
        path(operand).ifPresent(path -> neighbours(path, operands));
      }
    }
  }

  /// `"tokens" in context.metadata` asks for one key, not for all of them.
  private boolean key(List<CelExpr> operands) {
    var key =
        Path.literal(operands.get(0))
            .flatMap(name -> path(operands.get(1)).map(path -> path.plus(name)));
    key.ifPresent(paths::add);
    return key.isPresent();
  }

  private void neighbours(AttributePath path, List<CelExpr> operands) {
    for (var operand : operands) {
      literals(operand)
          .forEach(literal -> {
            var known = literals.computeIfAbsent(path, _ -> new ArrayList<>());
            if (!known.contains(literal)) {
              known.add(literal);
            }
          });
      path(operand)
          .filter(other -> !other.equals(path))
          .ifPresent(other -> beside.computeIfAbsent(path, _ -> new TreeSet<>()).add(other));
    }
  }

  private static List<Json> literals(CelExpr expression) {
    var kind = expression.exprKind().getKind();
    if (kind == Kind.LIST) {
      return expression.list().elements().stream()
          .flatMap(element -> literals(element).stream())
          .toList();
    }
    return kind == Kind.CONSTANT
        ? Operand.literal(expression.constant()).stream().toList()
        : List.of();
  }

  private static Optional<AttributePath> path(CelExpr expression) {
    if (expression.exprKind().getKind() == Kind.SELECT && expression.select().testOnly()) {
      return path(expression.select().operand())
          .map(path -> path.plus(expression.select().field()));
    }
    return Path.of(expression)
        .filter(path -> CelConditions.VARIABLES.contains(path.root()))
        .map(Reading::attribute);
  }

  private static AttributePath attribute(Path path) {
    return new AttributePath(path.names());
  }
}
