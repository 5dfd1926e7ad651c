package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Who has to agree to a transition, and how long people have for it.
///
/// @param expires after this a request is over; a timeout never approves
/// @param escalateAfter when the roles of the requirement's escalation are asked as well
/// @param calendar counts both in working time, if there is one
public record ApprovalRules(
    ApprovalRequirement requirement,
    Duration expires,
    Optional<Duration> escalateAfter,
    Optional<BusinessCalendar> calendar) {

  /// How long a request waits for a person: over a weekend, but not so long that nobody remembers
  /// what was asked.
  public static final Duration USUAL_EXPIRY = Duration.ofDays(3);

  /// After a quarter of a year a request is about another world.
  static final Duration LATEST_EXPIRY = Duration.ofDays(92);

  /// Nobody reads and decides faster.
  static final Duration SHORTEST = Duration.ofSeconds(1);

  public ApprovalRules {
    if (escalateAfter.isPresent() == requirement.escalation().isEmpty()) {
      throw new IllegalArgumentException("an escalation has a time and roles");
    }
  }

  public Instant expiresAt(Instant from) {
    return after(from, expires);
  }

  public Optional<Instant> escalatesAt(Instant from) {
    return escalateAfter.map(wait -> after(from, wait));
  }

  /// In working time, if there is a calendar.
  Instant after(Instant from, Duration time) {
    return calendar.map(working -> working.after(from, time)).orElseGet(() -> from.plus(time));
  }

  /// What of it is not as usual, beside the roles of the first group.
  Optional<JsonObject> json() {
    var groups = requirement.groups();
    var first = groups.getFirst().quorum();
    var json = Json.object();
    if (first != 1) {
      json.put("quorum", first);
    }
    if (requirement.of() != requirement.quorum()) {
      json.put("of", requirement.of());
    }
    if (groups.size() > 1) {
      json.put(
          "also",
          Json.array(groups.subList(1, groups.size()).stream().map(ApproverGroup::json).toList()));
    }
    if (!requirement.vetoRoles().isEmpty()) {
      json.put("veto_roles", Json.strings(requirement.vetoRoles()));
    }
    if (requirement.fourEyes()) {
      json.put("four_eyes", true);
    }
    if (!expires.equals(USUAL_EXPIRY)) {
      json.put("expires_seconds", expires.toSeconds());
    }
    escalateAfter.ifPresent(wait ->
        json.put(
            "escalate",
            Json.object()
                .put("after_seconds", wait.toSeconds())
                .put("roles", Json.strings(requirement.escalation()))
                .build()));
    calendar.ifPresent(working -> json.put("calendar", working.name()));
    var built = json.build();
    return built.members().isEmpty() ? Optional.empty() : Optional.of(built);
  }
}
