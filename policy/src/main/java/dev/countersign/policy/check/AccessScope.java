package dev.countersign.policy.check;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What an approval of an evaluation is for: exactly one subject, action, resource and context of
/// one caller, as he sent them (the exact-match baseline of AuthZEN's Access Request and Approval
/// Profile, "Completion Semantics").
///
/// @param members of the context that belong to it
public record AccessScope(SortedSet<String> members, Digest digest) {
  /// The profile's machinery, and the time, which is another at each evaluation.
  private static final List<String> NOT_RELEVANT =
      List.of("access_request", "approval", "evaluated_at", "evaluation_id", "reason", "time");

  public AccessScope {
    members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
  }

  /// Of a question as it is asked: all of its context that is relevant.
  public static AccessScope of(
      Principal caller, Entity subject, Action action, Entity resource, JsonObject context) {
    var members = new TreeSet<>(context.members().keySet());
    NOT_RELEVANT.forEach(members::remove);
    return of(caller, subject, action, resource, context, members);
  }

  /// Of a question whose relevant members are known; a context may say more beside them.
  public static AccessScope of(
      Principal caller,
      Entity subject,
      Action action,
      Entity resource,
      JsonObject context,
      SortedSet<String> members) {
    var relevant = Json.object();
    members.forEach(name -> relevant.put(name, context.member(name)));
    return new AccessScope(
        members,
        Digest.ofCanonical(
            Json.object()
                .put("tenant", caller.tenant().toString())
                .put("caller", caller.actor())
                .put("subject", withoutActor(subject).json())
                .put("action", action.json())
                .put("resource", resource.json())
                .put("context", relevant.build())
                .build()));
  }

  /// A caller may say beside the subject who acts for him, so that is not part of him.
  private static Entity withoutActor(Entity subject) {
    return new Entity(subject.type(), subject.id(), subject.properties().without("act"));
  }

  JsonObject json() {
    return Json.object().put("members", Json.strings(members)).put("digest", digest.hex()).build();
  }
}
