package dev.countersign.cli.replay;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a log file is made of.
sealed interface LogShape {

  /// CSV with a header, a row for each case.
  record CsvCases(char separator) implements LogShape {}

  /// CSV with a header, a row for each event of a case.
  record CsvEvents(char separator, Events events) implements LogShape {}

  /// XES (IEEE 1849): traces with events.
  record Xes(Events events) implements LogShape {}

  /// How the events of a case become one row.
  ///
  /// @param caseId the column, or the attribute of a trace, that tells cases apart
  /// @param activity the column or attribute with what was done
  /// @param time the column or attribute with when it was done
  /// @param columns of the row; it has [#CASE] besides
  record Events(String caseId, String activity, String time, List<Derived> columns) {
    /// The column with the text that tells cases apart.
    static final String CASE = "case";

    public Events {
      columns = List.copyOf(columns);
    }
  }

  /// A column made of a case's events.
  ///
  /// @param take the column or attribute that is taken; no matter for a count
  /// @param activities of the events that count; empty for all
  record Derived(String name, Of of, String take, SortedSet<String> activities) {
    public Derived {
      activities = Collections.unmodifiableSortedSet(new TreeSet<>(activities));
    }
  }

  /// What a column takes from the events, in the order of their time.
  enum Of {
    FIRST,
    LAST,
    COUNT,
    /// Not of an event: an attribute of the trace.
    CASE
  }
}
