package dev.countersign.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;

/// The rules to decide by, in no engine's language: everything on a model is permitted but for what
/// a rule forbids.
record Rules(String name, List<Forbid> forbids) {
  static final String TYPE = "model";

  /// So many of a padded set apply to the measured question; the permit is the eighth.
  private static final int APPLYING = 7;

  /// Forbids an operation, or every operation if that is empty, under all of the terms.
  record Forbid(String operation, List<Term> terms) {
    Forbid {
      terms = List.copyOf(terms);
    }

    boolean forbids(Question question) {
      return (operation.isEmpty() || operation.equals(question.operation()))
          && terms.stream().allMatch(term -> term.holds(question));
    }
  }

  /// One thing that a rule asks of a question.
  sealed interface Term {
    boolean holds(Question question);

    record Personal() implements Term {
      @Override
      public boolean holds(Question question) {
        return question.personal();
      }
    }

    record External() implements Term {
      @Override
      public boolean holds(Question question) {
        return question.external();
      }
    }

    record Unregistered() implements Term {
      @Override
      public boolean holds(Question question) {
        return !question.registered();
      }
    }

    record TokensOver(long limit) implements Term {
      @Override
      public boolean holds(Question question) {
        return question.tokens() > limit;
      }
    }

    record RowsOver(long limit) implements Term {
      @Override
      public boolean holds(Question question) {
        return question.rows() > limit;
      }
    }
  }

  Rules {
    forbids = List.copyOf(forbids);
  }

  static Rules of(String name) {
    return name.equals("starter") ? starter() : padded(Integer.parseInt(name));
  }

  boolean permit(Question question) {
    return question.type().equals(TYPE) && forbids.stream().noneMatch(f -> f.forbids(question));
  }

  /// What our starter set comes to without points: 70 and 50 forbid alone, 30 and 20 together.
  private static Rules starter() {
    return new Rules(
        "starter",
        List.of(
            new Forbid("", List.of(new Term.Personal())),
            new Forbid("", List.of(new Term.External())),
            new Forbid("", List.of(new Term.RowsOver(10_000), new Term.Unregistered()))));
  }

  private static Rules padded(int size) {
    var forbids = new ArrayList<Forbid>();
    for (int i = 1; i < size; i++) {
      forbids.add(
          i <= APPLYING
              ? new Forbid("classify", List.of(new Term.TokensOver(1_000 + i)))
              : new Forbid("operation_" + i, List.of(new Term.TokensOver(i))));
    }
    return new Rules(String.valueOf(size), forbids);
  }
}
