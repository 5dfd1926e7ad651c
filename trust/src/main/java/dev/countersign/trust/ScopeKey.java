package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// What trust is earned for, within a tenant: one kind of action, at one place, in one role.
///
/// Site and role context MUST come from the principal, never from a body: who could name his own
/// scope could choose a trusted one.
///
/// @param roleContext the role in which the action is asked for, or [#ANY]
public record ScopeKey(String site, String queue, String actionType, String roleContext) {

  /// Stands for "whatever the role"; no part of a key is ever null or empty.
  public static final String ANY = "*";

  /// Longer than any name of a queue or transition, short enough for an index of four such parts.
  public static final int LONGEST_PART = 200;

  public ScopeKey {
    check("site", site);
    check("queue", queue);
    check("action type", actionType);
    check("role context", roleContext);
  }

  /// As entries and answers name it.
  public JsonObject toJson() {
    return Json.object()
        .put("site", site)
        .put("queue", queue)
        .put("action_type", actionType)
        .put("role_context", roleContext)
        .build();
  }

  private static void check(String what, String value) {
    if (value.isBlank() || value.length() > LONGEST_PART || value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the " + what + " of a scope has 1 to " + LONGEST_PART + " characters");
    }
  }
}
