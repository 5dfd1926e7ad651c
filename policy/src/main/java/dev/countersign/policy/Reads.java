package dev.countersign.policy;

import dev.countersign.kernel.Json;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a condition looks at, known from its text alone.
///
/// @param paths every attribute that it reads or asks for; one that ends at an object stands for
///   all that is in it
/// @param guaranteed those that every request it applies to carries, so that one without them is
///   not whole
/// @param literals what is written next to an attribute: the other side of a comparison, the
///   members of a list that it is sought in, the argument of a function
/// @param beside the attributes that stand next to an attribute in the same way
public record Reads(
    SortedSet<AttributePath> paths,
    SortedSet<AttributePath> guaranteed,
    SortedMap<AttributePath, List<Json>> literals,
    SortedMap<AttributePath, SortedSet<AttributePath>> beside) {

  /// Of a condition that never looks at its request.
  public static final Reads NOTHING = of(List.of());

  /// Of a condition whose text nobody looked into: it may depend on anything.
  public static final Reads EVERYTHING =
      of(
          List.of(
              AttributePath.of("subject"),
              AttributePath.of("action"),
              AttributePath.of("resource"),
              AttributePath.of("context")));

  public Reads {
    paths = Collections.unmodifiableSortedSet(new TreeSet<>(paths));
    guaranteed = Collections.unmodifiableSortedSet(new TreeSet<>(guaranteed));
    literals = Collections.unmodifiableSortedMap(new TreeMap<>(literals));
    beside = Collections.unmodifiableSortedMap(new TreeMap<>(beside));
  }

  /// Whether it may see what is at `path` or below it.
  public boolean sees(AttributePath path) {
    return paths.stream().anyMatch(read -> read.overlaps(path));
  }

  private static Reads of(List<AttributePath> paths) {
    return new Reads(new TreeSet<>(paths), new TreeSet<>(), new TreeMap<>(), new TreeMap<>());
  }
}
