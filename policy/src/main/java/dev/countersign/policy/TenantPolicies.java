package dev.countersign.policy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;

/// What is in force for a tenant at one moment, ready to decide. Immutable.
///
/// @param version the number of the active policy set; [#NO_VERSION] if none was ever activated
/// @param generation the tenant's counter of policy changes under which this was loaded; an answer
///   may only be committed under the same
public record TenantPolicies(
    int version,
    long generation,
    PolicySet effective,
    PolicyDecisionPoint point,
    TenantFacts facts) {

  public static final int NO_VERSION = 0;

  /// Who asks, as policies see him: his kind, his id, his roles and site; never a field of a body.
  public static Entity subject(Principal principal) {
    return new Entity(
        principal.kind().word(),
        principal.id(),
        Json.object()
            .put("roles", Json.strings(principal.roles()))
            .put("site", principal.site())
            .build());
  }

  /// A request of an authenticated principal; `context` gets the tenant's values as `tenant`.
  ///
  /// Whoever calls says what `context` holds; a member called `tenant` in it is refused by
  /// IllegalArgumentException, because nobody's word may stand for the tenant's values.
  public Request request(Principal principal, Action action, Entity resource, JsonObject context) {
    return request(subject(principal), action, resource, context);
  }

  /// The same for a subject who is not the one that asks: an enforcement point asks about others.
  public Request request(Entity subject, Action action, Entity resource, JsonObject context) {
    if (context.member("tenant").isPresent()) {
      throw new IllegalArgumentException("the context has a `tenant` already");
    }
    return new Request(
        subject,
        action,
        resource,
        context.with("tenant", facts.values().facts(effective.threshold())));
  }

  /// Names exactly what decides about this operation on this type of resource: the enforced
  /// policies that can apply, and the tenant's own values if one of them may read those. It stays
  /// the same whatever happens to policies about other things, to keys and to texts.
  public Digest deciding(String operation, String resourceType) {
    var speaking = point.speaking(operation, resourceType);
    return speaking.readsTenant()
        ? Digest.ofCanonical(
            Json.object()
                .put("policies", speaking.digest().hex())
                .put("tenant", facts.values().facts(effective.threshold()))
                .build())
        : speaking.digest();
  }

  public Decision decide(Request request) {
    return point.decide(request);
  }
}
