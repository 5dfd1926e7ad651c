package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Compilation;
import dev.countersign.policy.Predicates.Predicate;
import dev.countersign.policy.Predicates.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;

/// Evaluates guards, or conditions of rules, each compiled once while it is among the last [#MOST]
/// used: compiling takes half a millisecond, evaluating some microseconds. A text says all that it
/// does, so what is kept never gets stale. Safe for use by many threads.
final class CompiledPredicates {
  /// A few megabytes.
  private static final int MOST = 1_000;

  private final Predicates language;
  private final List<Variable> speaksOf;
  private final ReentrantLock lock = new ReentrantLock();
  private final SequencedMap<String, Predicate> compiled = new LinkedHashMap<>(16, 0.75f, true);

  CompiledPredicates(Predicates language, List<Variable> speaksOf) {
    this.language = language;
    this.speaksOf = List.copyOf(speaksOf);
  }

  /// Whether what `text` says is true of these.
  Outcome test(String text, Map<String, JsonObject> variables) {
    return predicate(text).test(variables);
  }

  private Predicate predicate(String text) {
    lock.lock();
    try {
      var known = compiled.get(text);
      if (known != null) {
        return known;
      }
      var predicate =
          switch (language.compile(text, speaksOf)) {
            case Compilation.Compiled(var fit) -> fit;
            // It was checked when it was saved, maybe by another version of the language. What
            // can't be understood any more is true of nothing.
            case Compilation.Rejected(var problems) ->
                (Predicate) _ -> new Outcome.Errored(problems.getFirst().message());
          };
      compiled.put(text, predicate);
      if (compiled.size() > MOST) {
        compiled.pollFirstEntry();
      }
      return predicate;
    } finally {
      lock.unlock();
    }
  }
}
