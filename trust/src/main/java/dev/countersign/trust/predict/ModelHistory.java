package dev.countersign.trust.predict;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The versions of one tenant's model, and which of them serves: the champion.
///
/// Versions are only added. Rolling back is choosing an earlier one; nothing is deleted, so that it
/// can be taken back too. Immutable.
///
/// @param versions counted from 1
/// @param champion the one that serves; empty before the first is chosen, and then base rates do
public record ModelHistory(List<Version> versions, Optional<Integer> champion) {
  public static final ModelHistory NONE = new ModelHistory(List.of(), Optional.empty());

  /// @param digest of the file: what [Model#open] expects
  public record Version(int number, Digest digest) {}

  public ModelHistory {
    versions = List.copyOf(versions);
    for (int i = 0; i < versions.size(); i++) {
      if (versions.get(i).number() != i + 1) {
        throw new IllegalArgumentException("versions count from 1 without a gap");
      }
    }
    int last = versions.size();
    if (champion.filter(number -> number < 1 || number > last).isPresent()) {
      throw new IllegalArgumentException("version `" + champion.get() + "` is not there");
    }
  }

  /// The number that the next version gets.
  public int next() {
    return versions.size() + 1;
  }

  /// Adds a version. The first one serves, since a base rate is all that it replaces; a later one
  /// is a challenger.
  public ModelHistory with(Digest digest) {
    var more = new ArrayList<>(versions);
    more.add(new Version(next(), digest));
    return new ModelHistory(more, champion.or(() -> Optional.of(1)));
  }

  /// Lets another version serve: a challenger that won, or an earlier one.
  ///
  /// Throws IllegalArgumentException for a version that is not there.
  public ModelHistory serving(int number) {
    return new ModelHistory(versions, Optional.of(number));
  }

  /// What serves.
  public Optional<Version> served() {
    return champion.map(number -> versions.get(number - 1));
  }

  /// The latest version, where it is not the one that serves.
  public Optional<Version> challenger() {
    return versions.isEmpty() || champion.filter(number -> number == versions.size()).isPresent()
        ? Optional.empty()
        : Optional.of(versions.getLast());
  }
}
