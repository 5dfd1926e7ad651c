package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Compilation;
import dev.countersign.policy.Predicates.Predicate;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.WorkflowDefinition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;

/// Evaluates guards, each compiled once while it is among the last [#MOST] used: compiling takes
/// half a millisecond, evaluating some microseconds. A guard's text says all that it does, so what
/// is kept never gets stale. Safe for use by many threads.
final class CompiledGuards {
  /// A few megabytes.
  private static final int MOST = 1_000;

  private final Predicates language;
  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedMap<String, Predicate> compiled = new LinkedHashMap<>(16, 0.75f, true);

  CompiledGuards(Predicates language) {
    this.language = language;
  }

  /// Whether the transition's guard holds for an action on a case; one without a guard always does.
  Outcome test(Transition transition, Case subject, Action action) {
    return transition
        .guard()
        .map(guard -> test(guard, subject, action))
        .orElseGet(Outcome.Satisfied::new);
  }

  /// Whether an expression holds that is written as a guard is.
  Outcome test(String condition, Case subject, Action action) {
    return predicate(condition).test(variables(subject, action));
  }

  private static Map<String, JsonObject> variables(Case subject, Action action) {
    return Map.of("case", subject.json(), "action", action.json());
  }

  private Predicate predicate(String guard) {
    lock.lock();
    try {
      var known = compiled.get(guard);
      if (known != null) {
        return known;
      }
      var predicate =
          switch (language.compile(guard, WorkflowDefinition.GUARD_VARIABLES)) {
            case Compilation.Compiled(var fit) -> fit;
            // It was checked when it was defined, maybe by another version of the language. What
            // can't be understood any more blocks.
            case Compilation.Rejected(var problems) ->
                (Predicate) _ -> new Outcome.Errored(problems.getFirst().message());
          };
      compiled.put(guard, predicate);
      if (compiled.size() > MOST) {
        compiled.pollFirstEntry();
      }
      return predicate;
    } finally {
      lock.unlock();
    }
  }
}
