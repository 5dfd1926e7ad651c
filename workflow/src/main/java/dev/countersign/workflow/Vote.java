package dev.countersign.workflow;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// What one person said about a request, as it counts.
///
/// @param roles that he held when he said it
public record Vote(boolean approves, SortedSet<String> roles) {
  public Vote {
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
  }
}
