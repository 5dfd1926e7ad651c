package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Compilation;
import dev.countersign.policy.Predicates.Predicate;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.CaseFacts;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.WorkflowDefinition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

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
  ///
  /// @param facts about the case, asked for only if there is a guard
  Outcome test(Transition transition, Supplier<CaseFacts> facts, Action action) {
    return transition
        .guard()
        .map(guard -> test(guard, facts.get(), action))
        .orElseGet(Outcome.Satisfied::new);
  }

  /// Whether an expression holds that is written as a guard is.
  Outcome test(String condition, CaseFacts facts, Action action) {
    return predicate(condition).test(variables(facts, action));
  }

  private static Map<String, JsonObject> variables(CaseFacts facts, Action action) {
    return Map.of("case", facts.json(), "action", action.json());
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
