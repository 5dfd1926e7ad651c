package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// How far actions of a tenant may go by themselves, whatever they have earned.
///
/// @param ceiling the most that is allowed; never [Mode#BLOCKED], for which there are freezes
/// @param auditPerTenThousand of so many actions that could run by themselves people decide first,
///   drawn at random: 100 to 10,000, because without a share that people look at nobody would
///   notice when what was earned is no longer true
public record AutonomySetting(Mode ceiling, int auditPerTenThousand) {

  public static final int LEAST_AUDIT = 100;
  public static final int WHOLE = 10_000;

  /// One in twenty.
  public static final int USUAL_AUDIT = 500;

  /// What holds where nobody said anything: software acts by itself only after an administrator
  /// allowed it.
  public static final AutonomySetting USUAL = new AutonomySetting(Mode.PROPOSE, USUAL_AUDIT);

  public AutonomySetting {
    if (ceiling == Mode.BLOCKED) {
      throw new IllegalArgumentException("a ceiling does not block; a freeze does");
    }
    if (auditPerTenThousand < LEAST_AUDIT || auditPerTenThousand > WHOLE) {
      throw new IllegalArgumentException("the share that people decide is 0.01 to 1");
    }
  }

  /// The share, 0.01 to 1.
  public double auditShare() {
    return auditPerTenThousand / (double) WHOLE;
  }

  public JsonObject json() {
    return Json.object().put("ceiling", ceiling.word()).put("audit_share", auditShare()).build();
  }
}
