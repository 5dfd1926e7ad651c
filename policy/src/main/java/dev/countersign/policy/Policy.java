package dev.countersign.policy;

import java.util.List;

/// One rule of a tenant: under `condition`, `effect`.
///
/// @param key names it in answers
/// @param description for those who maintain it
/// @param message for those who are refused by it
/// @param condition an expression over `subject`, `action`, `resource` and `context` (see
///   [Conditions])
/// @param obligations what the caller must do if it counts towards the answer
/// @param enabled a disabled policy is not evaluated
public record Policy(
    PolicyKey key,
    String description,
    String message,
    Effect effect,
    String condition,
    List<Obligation> obligations,
    boolean enabled,
    Mode mode,
    AppliesTo appliesTo) {

  public static final int LONGEST_DESCRIPTION = 1000;
  public static final int LONGEST_MESSAGE = 300;

  /// Longer than any condition that a person can review; compiling stays under a few milliseconds.
  public static final int LONGEST_CONDITION = 4000;

  public static final int MOST_OBLIGATIONS = 20;

  /// Whether a satisfied policy decides or is only reported.
  public enum Mode {
    ENFORCE("enforce"),
    MONITOR("monitor");

    private final String word;

    Mode(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public Policy {
    obligations = List.copyOf(obligations);
    if (description.length() > LONGEST_DESCRIPTION
        || message.isEmpty()
        || message.length() > LONGEST_MESSAGE
        || condition.isEmpty()
        || condition.length() > LONGEST_CONDITION
        || obligations.size() > MOST_OBLIGATIONS) {
      throw new IllegalArgumentException(
          "policy `" + key + "` has a part that is empty or too long");
    }
  }

  /// The same policy, on or off.
  public Policy enabled(boolean on) {
    return new Policy(
        key, description, message, effect, condition, obligations, on, mode, appliesTo);
  }

  /// The same policy with another effect.
  public Policy effect(Effect other) {
    return new Policy(
        key, description, message, other, condition, obligations, enabled, mode, appliesTo);
  }

  /// The same policy in another mode.
  public Policy mode(Mode other) {
    return new Policy(
        key, description, message, effect, condition, obligations, enabled, other, appliesTo);
  }
}
