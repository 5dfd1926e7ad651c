package dev.countersign.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// An attribute of a request as conditions name it: a variable, then the keys that are read from it
/// (`context.metadata.tokens`).
public record AttributePath(List<String> names) implements Comparable<AttributePath> {
  public AttributePath {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a path has at least its variable");
    }
  }

  public static AttributePath of(String... names) {
    return new AttributePath(Arrays.asList(names));
  }

  /// `subject`, `action`, `resource` or `context`.
  public String variable() {
    return names.getFirst();
  }

  public AttributePath plus(String name) {
    var longer = new ArrayList<>(names);
    longer.add(name);
    return new AttributePath(longer);
  }

  /// Whether one of the two leads to the other: whoever reads the one may see the other.
  public boolean overlaps(AttributePath other) {
    int shared = Math.min(names.size(), other.names.size());
    return names.subList(0, shared).equals(other.names.subList(0, shared));
  }

  /// The key that is read directly from `parent`, or empty if this path does not lie below it.
  public Optional<String> keyIn(AttributePath parent) {
    return names.size() > parent.names.size() && overlaps(parent)
        ? Optional.of(names.get(parent.names.size()))
        : Optional.empty();
  }

  @Override
  public int compareTo(AttributePath other) {
    Iterator<String> others = other.names.iterator();
    for (var name : names) {
      if (!others.hasNext()) {
        return 1;
      }
      int order = name.compareTo(others.next());
      if (order != 0) {
        return order;
      }
    }
    return others.hasNext() ? -1 : 0;
  }

  @Override
  public String toString() {
    return String.join(".", names);
  }
}
