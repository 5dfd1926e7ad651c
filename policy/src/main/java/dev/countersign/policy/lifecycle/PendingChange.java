package dev.countersign.policy.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A change of what is in force that waits, or waited, for its second person.
///
/// It is bound to its base: the active version and the tenant's counter of policies that the
/// [Widening] was judged against. What a person confirms is what he was shown, or nothing.
///
/// @param reasons why it may be wider, for the one who confirms
/// @param decision who ended it, and when; empty while it waits
public record PendingChange(
    UUID id,
    Proposed proposed,
    List<String> reasons,
    int baseVersion,
    long basePolicies,
    String requestedBy,
    Instant requestedAt,
    Instant expiresAt,
    State state,
    Optional<Decided> decision) {

  /// Who waits longer has forgotten why; it can be asked for again.
  public static final Duration LIFETIME = Duration.ofDays(7);

  /// A person who reads them reads no more.
  public static final int MOST_REASONS = 100;

  /// Who ended a change, and when.
  public record Decided(String by, Instant at) {}

  /// What became of a change.
  public enum State {
    PENDING("pending"),
    CONFIRMED("confirmed"),
    REJECTED("rejected"),
    /// By the person who had requested it.
    WITHDRAWN("withdrawn"),
    /// By a newer request for the same version, after this one had expired or lost its base.
    SUPERSEDED("superseded");

    private final String word;

    State(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /// Reads a word of ours; throws IllegalArgumentException for any other.
    public static State of(String word) {
      return Arrays.stream(values())
          .filter(state -> state.word.equals(word))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("`" + word + "` is no state of a change"));
    }
  }

  public PendingChange {
    if (reasons.size() > MOST_REASONS) {
      int more = reasons.size() - MOST_REASONS + 1;
      reasons = List.copyOf(reasons.subList(0, MOST_REASONS - 1));
      reasons = append(reasons, "and " + more + " more reasons");
    }
    reasons = List.copyOf(reasons);
    if (decision.isPresent() == (state == State.PENDING)) {
      throw new IllegalArgumentException("a change is decided by somebody, or pending");
    }
  }

  public boolean expired(Instant now) {
    return !now.isBefore(expiresAt);
  }

  /// Whether what it was judged against is still what is in force.
  public boolean standsOn(int version, long policies) {
    return baseVersion == version && basePolicies == policies;
  }

  private static List<String> append(List<String> some, String last) {
    var all = new ArrayList<>(some);
    all.add(last);
    return all;
  }
}
