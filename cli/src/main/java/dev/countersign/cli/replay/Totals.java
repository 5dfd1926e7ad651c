package dev.countersign.cli.replay;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How the cases of a log ended: facts of the log as the server now has it, whichever run did it.
///
/// @param cases all that were opened
/// @param endings of those that a person decided
public record Totals(long cases, SortedMap<Step.Ending, Long> endings) {
  public Totals {
    endings = Collections.unmodifiableSortedMap(new TreeMap<>(endings));
  }

  long proposals() {
    return endings.values().stream().mapToLong(Long::longValue).sum();
  }

  long rejected() {
    return of(Step.Ending.REJECTED);
  }

  long approved() {
    return proposals() - rejected();
  }

  long executed() {
    return approved() - of(Step.Ending.FAILED);
  }

  long of(Step.Ending ending) {
    return endings.getOrDefault(ending, 0L);
  }

  /// Counts while a replay runs. For use by one thread.
  static final class Count {
    private final Map<Step.Ending, Long> endings = new EnumMap<>(Step.Ending.class);
    private long cases;

    void opened() {
      cases++;
    }

    void ended(Step.Ending ending) {
      endings.merge(ending, 1L, Long::sum);
    }

    Totals totals() {
      return new Totals(cases, new TreeMap<>(endings));
    }
  }
}
