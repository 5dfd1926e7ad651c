package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// Somebody's word that another may decide for him for a time.
///
/// What it lends is looked up when it is used, never kept: who lost a role lends it no more. It is
/// not lent on: a delegate decides for those who named him, not for those who named them.
///
/// @param delegator who lends, as the ledger names him
/// @param delegate who may decide for him
/// @param roles which of his roles he lends; empty for all
/// @param revokedAt when it was taken back
public record Delegation(
    UUID id,
    String delegator,
    String delegate,
    SortedSet<String> roles,
    Instant startsAt,
    Instant endsAt,
    Instant createdAt,
    Optional<Instant> revokedAt) {

  /// Longer than this somebody else has the job.
  public static final Duration LONGEST = Duration.ofDays(90);

  /// A longer plan is forgotten.
  public static final Duration FURTHEST = Duration.ofDays(366);

  public Delegation {
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    if (delegator.equals(delegate)) {
      throw new IllegalArgumentException("nobody decides for himself in another's name");
    }
    if (!startsAt.isBefore(endsAt)) {
      throw new IllegalArgumentException("a delegation ends after it begins");
    }
  }

  /// The same once it was taken back.
  public Delegation revoked(Instant now) {
    return new Delegation(
        id, delegator, delegate, roles, startsAt, endsAt, createdAt, Optional.of(now));
  }

  /// What it lends of the roles that the delegator holds now.
  public SortedSet<String> lent(SortedSet<String> held) {
    var lent = new TreeSet<>(held);
    if (!roles.isEmpty()) {
      lent.retainAll(roles);
    }
    return Collections.unmodifiableSortedSet(lent);
  }

  public String state(Instant now) {
    if (revokedAt.isPresent()) {
      return "revoked";
    }
    return now.isBefore(startsAt) ? "planned" : now.isBefore(endsAt) ? "in_force" : "ended";
  }

  public JsonObject json(Instant now) {
    return Json.object()
        .put("delegation_id", id.toString())
        .put("delegator", delegator)
        .put("delegate", delegate)
        .put("roles", Json.strings(roles))
        .put("from", startsAt.toString())
        .put("until", endsAt.toString())
        .put("state", state(now))
        .put("created_at", createdAt.toString())
        .put("revoked_at", revokedAt.map(time -> Json.of(time.toString())))
        .build();
  }
}
