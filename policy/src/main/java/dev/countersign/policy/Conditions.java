package dev.countersign.policy;

import java.util.List;

/// The language of conditions, as the engine sees it.
public interface Conditions {

  /// Compiles a policy's condition and checks its types and that no optional key is read unguarded.
  Compilation compile(Policy policy);

  /// What came of it.
  sealed interface Compilation {

    /// The condition is fit for use.
    record Compiled(Condition condition) implements Compilation {}

    /// It is not; `problems` is not empty and in the order of the text.
    record Rejected(List<Problem> problems) implements Compilation {
      public Rejected {
        problems = List.copyOf(problems);
      }
    }
  }

  /// One thing that is wrong with a condition.
  ///
  /// @param line from 1
  /// @param column from 1
  record Problem(int line, int column, String message) {}
}
