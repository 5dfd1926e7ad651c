package dev.countersign.policy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Conditions.Problem;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The language of conditions for what is no request: a guard over a case, a rule over an event.
///
/// The same language, bounds and numbers as a policy's [Conditions], over variables that the asking
/// room names. An expression that can't be evaluated is an [Outcome.Errored], and whoever asks MUST
/// take that as a refusal.
public interface Predicates {

  /// Compiles an expression and checks its types against what `variables` have.
  Compilation compile(String expression, List<Variable> variables);

  /// An object that expressions may speak of. A member that it does not have is a mistake of the
  /// expression; one that it may lack at times is asked for with `has(...)`.
  record Variable(String name, SortedMap<String, Type> members) {
    public Variable {
      members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }
  }

  /// What a member is.
  enum Type {
    TEXT,
    INTEGER,
    TRUTH,
    /// An object of somebody else's making: what is in it is known only when it is evaluated.
    OBJECT
  }

  /// What came of it.
  sealed interface Compilation {

    /// The expression is fit for use.
    record Compiled(Predicate predicate) implements Compilation {}

    /// It is not; `problems` is not empty and in the order of the text.
    record Rejected(List<Problem> problems) implements Compilation {
      public Rejected {
        problems = List.copyOf(problems);
      }
    }
  }

  /// A compiled expression. MUST be a pure function of its variables and safe for use by many
  /// threads.
  @FunctionalInterface
  interface Predicate {
    Outcome test(Map<String, JsonObject> variables);
  }
}
