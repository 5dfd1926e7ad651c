package dev.countersign.workflow;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// What one person said about a request, as it counts.
///
/// @param roles that he held when he said it
/// @param alone whether it may be the only one that approves
public record Vote(boolean approves, SortedSet<String> roles, boolean alone) {
  public Vote {
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
  }

  /// One that may.
  public Vote(boolean approves, SortedSet<String> roles) {
    this(approves, roles, true);
  }
}
