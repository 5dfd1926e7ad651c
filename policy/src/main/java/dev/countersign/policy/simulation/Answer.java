package dev.countersign.policy.simulation;

import dev.countersign.policy.Decision;
import java.util.Arrays;

/// The kinds of answer, from the widest to the strictest.
public enum Answer {
  PERMIT("permit"),
  REQUIRE_APPROVAL("require_approval"),
  FORBID("forbid");

  private final String word;

  Answer(String word) {
    this.word = word;
  }

  /// As [Decision#word] has it.
  public String word() {
    return word;
  }

  public boolean stricterThan(Answer other) {
    return compareTo(other) > 0;
  }

  static Answer of(Decision decision) {
    return switch (decision) {
      case Decision.Permit(var _) -> PERMIT;
      case Decision.RequireApproval(var _) -> REQUIRE_APPROVAL;
      case Decision.Forbid(var _) -> FORBID;
    };
  }

  /// Reads a word of ours; throws IllegalArgumentException for any other.
  public static Answer of(String word) {
    return Arrays.stream(values())
        .filter(answer -> answer.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("`" + word + "` is no answer"));
  }
}
