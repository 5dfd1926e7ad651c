package dev.countersign.policy.cel;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.countersign.policy.Condition;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Policy;
import dev.countersign.policy.Reads;
import dev.countersign.policy.Request;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// CEL as the language of conditions. Immutable and safe for use by many threads.
///
/// A condition is an expression over `subject`, `action`, `resource` and `context`, with CEL's
/// standard functions and macros, that yields a truth value.
public final class CelConditions implements Conditions {

  static final SortedSet<String> VARIABLES =
      Collections.unmodifiableSortedSet(
          new TreeSet<>(List.of("subject", "action", "resource", "context")));

  /// A condition may visit so many elements in one evaluation: a request of 64 KiB holds more, and
  /// a check must not become slow by what a caller sends. What exceeds it fails.
  private static final int MOST_ITERATIONS = 10_000;

  /// Deeper expressions are written by nobody; the bound keeps parser and evaluation off the end of
  /// the stack.
  private static final int DEEPEST = 40;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(Policy.LONGEST_CONDITION)
          .maxParseRecursionDepth(DEEPEST)
          .comprehensionMaxIterations(MOST_ITERATIONS)
          .enableHeterogeneousNumericComparisons(true)
          .build();

  private final Cel cel;

  public CelConditions() {
    this(UnaryOperator.identity());
  }

  /// With functions that are not ours, for tests on conditions of others.
  CelConditions(UnaryOperator<CelBuilder> extension) {
    var anything = MapType.create(SimpleType.STRING, SimpleType.DYN);
    var builder = extension.apply(language()).setResultType(SimpleType.BOOL);
    VARIABLES.forEach(variable -> builder.addVar(variable, anything));
    this.cel = builder.build();
  }

  /// Options, functions and macros, still without variables: what the conformance tests run.
  static CelBuilder language() {
    return CelFactory.plannerCelBuilder()
        .setOptions(OPTIONS)
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
  }

  @Override
  public Compilation compile(Policy policy) {
    var checked = cel.compile(policy.condition());
    if (checked.hasError()) {
      return new Compilation.Rejected(problems(checked));
    }
    try {
      var tree = checked.getAst();
      var problems = Guards.problems(tree, GuaranteedKeys.of(policy.appliesTo()));
      return problems.isEmpty()
          ? new Compilation.Compiled(condition(tree, reads(tree, policy)))
          : new Compilation.Rejected(problems);
    } catch (CelValidationException | CelEvaluationException e) {
      return new Compilation.Rejected(List.of(new Problem(1, 1, "can't be made ready to run")));
    }
  }

  /// What the library found, in our words for places.
  static List<Problem> problems(CelValidationResult checked) {
    return checked.getErrors().stream()
        .map(issue ->
            new Problem(
                issue.getSourceLocation().getLine(),
                issue.getSourceLocation().getColumn() + 1,
                issue.getMessage()))
        .toList();
  }

  /// The condition as it is evaluated, without the library where its shape allows; of what it reads
  /// nothing is known.
  Condition condition(CelAbstractSyntaxTree tree) throws CelEvaluationException {
    return condition(tree, Reads.EVERYTHING);
  }

  private Condition condition(CelAbstractSyntaxTree tree, Reads reads)
      throws CelEvaluationException {
    var byLibrary = new ByLibrary(cel.createProgram(tree), reads);
    return Simple.of(tree.getExpr())
        .<Condition>map(simple -> new BySimple(simple, byLibrary))
        .orElse(byLibrary);
  }

  private static Reads reads(CelAbstractSyntaxTree tree, Policy policy) {
    return Reading.of(tree.getExpr(), GuaranteedKeys.of(policy.appliesTo()));
  }

  /// The condition as the library alone evaluates it.
  Condition byLibrary(CelAbstractSyntaxTree tree) throws CelEvaluationException {
    return new ByLibrary(cel.createProgram(tree), Reads.EVERYTHING);
  }

  private record ByLibrary(CelRuntime.Program program, Reads reads) implements Condition {
    @Override
    public Outcome evaluate(Request request) {
      try {
        return program.eval(name -> variable(name, request)) instanceof Boolean holds
            ? Outcome.of(holds)
            : new Outcome.Errored("the condition gave no truth value");
      } catch (CelEvaluationException e) {
        return CelFailure.of(e);
      }
    }
  }

  private record BySimple(Simple simple, ByLibrary byLibrary) implements Condition {
    @Override
    public Outcome evaluate(Request request) {
      return switch (simple.holds(request)) {
        case TRUE -> Outcome.of(true);
        case FALSE -> Outcome.of(false);
        // Rare, and the library has the words for what went wrong.
        case FAILS -> byLibrary.evaluate(request);
      };
    }

    @Override
    public Reads reads() {
      return byLibrary.reads();
    }
  }

  CelAbstractSyntaxTree tree(String condition) throws CelValidationException {
    return cel.compile(condition).getAst();
  }

  private static Optional<Object> variable(String name, Request request) {
    return switch (name) {
      case "subject" -> Optional.of(CelValues.of(request.subject().json()));
      case "action" -> Optional.of(CelValues.of(request.action().json()));
      case "resource" -> Optional.of(CelValues.of(request.resource().json()));
      case "context" -> Optional.of(CelValues.of(request.context()));
      default -> Optional.empty();
    };
  }
}
