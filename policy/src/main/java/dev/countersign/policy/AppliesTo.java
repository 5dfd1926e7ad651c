package dev.countersign.policy;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// The operations and resource types a policy speaks about; an empty set means all of them.
///
/// It exists for speed: a policy that cannot apply is never evaluated. It is part of the policy's
/// meaning all the same, as if it stood before the condition.
public record AppliesTo(SortedSet<String> operations, SortedSet<String> resourceTypes) {
  /// So many of each: the index holds one entry for each pair.
  public static final int MOST = 50;

  public static final AppliesTo EVERYTHING = new AppliesTo(new TreeSet<>(), new TreeSet<>());

  public AppliesTo {
    operations = checked(operations);
    resourceTypes = checked(resourceTypes);
  }

  public boolean covers(Request request) {
    return (operations.isEmpty() || operations.contains(request.action().name()))
        && (resourceTypes.isEmpty() || resourceTypes.contains(request.resource().type()));
  }

  private static SortedSet<String> checked(SortedSet<String> names) {
    if (names.size() > MOST || names.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException(
          "a policy names at most " + MOST + " operations and resource types, none of them empty");
    }
    return Collections.unmodifiableSortedSet(new TreeSet<>(names));
  }
}
