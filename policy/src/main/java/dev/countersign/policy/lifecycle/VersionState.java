package dev.countersign.policy.lifecycle;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Where a version of a policy set stands.
///
/// Simulation is no condition of activation: it speaks about requests of the past, and a tenant
/// without a past has to start as well. What keeps a change honest is the second person.
public enum VersionState {
  /// Kept, and known to nobody as good.
  DRAFT("draft"),
  /// Its conditions are sound and its tests pass.
  VALIDATED("validated"),
  /// And it was tried on recorded decisions.
  SIMULATED("simulated"),
  /// In force; one version at most.
  ACTIVE("active"),
  /// Was in force, and can be again: that is rolling back.
  RETIRED("retired"),
  /// Given up before it was ever in force.
  DISCARDED("discarded");

  private static final Map<VersionState, Set<VersionState>> MOVES = moves();

  private final String word;

  VersionState(String word) {
    this.word = word;
  }

  private static Map<VersionState, Set<VersionState>> moves() {
    var moves = new EnumMap<VersionState, Set<VersionState>>(VersionState.class);
    moves.put(DRAFT, EnumSet.of(VALIDATED, DISCARDED));
    moves.put(VALIDATED, EnumSet.of(SIMULATED, ACTIVE, DISCARDED));
    moves.put(SIMULATED, EnumSet.of(ACTIVE, DISCARDED));
    moves.put(ACTIVE, EnumSet.of(RETIRED));
    moves.put(RETIRED, EnumSet.of(ACTIVE));
    moves.put(DISCARDED, EnumSet.noneOf(VersionState.class));
    return Collections.unmodifiableMap(moves);
  }

  public boolean mayBecome(VersionState next) {
    return MOVES.getOrDefault(this, Set.of()).contains(next);
  }

  /// The state's word in JSON and in the database.
  public String word() {
    return word;
  }

  /// Reads a word of ours; throws IllegalArgumentException for any other.
  public static VersionState of(String word) {
    return Arrays.stream(values())
        .filter(state -> state.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("`" + word + "` is no state of a version"));
  }
}
