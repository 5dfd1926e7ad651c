package dev.countersign.policy.explain;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Request;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Checked;

/// A recorded check, put as it was asked.
///
/// @param asker who asked, as policies saw him then, with the roles that he had
/// @param body of the check
public record AskedAgain(Entity asker, JsonObject body) {

  static boolean possible(Request recorded) {
    // An evaluation has a subject of its own beside the caller, and properties from a table.
    return recorded.resource().type().equals(CheckRequest.RESOURCE_TYPE)
        && recorded.context().member("caller").isEmpty();
  }

  /// Throws IllegalArgumentException if the request is not one of a check.
  public static AskedAgain of(Request recorded) {
    if (!possible(recorded)) {
      throw new IllegalArgumentException("only the check of a model can be put again");
    }
    var context = recorded.context();
    var declared = context.object("declared").orElse(JsonObject.EMPTY);
    return new AskedAgain(
        recorded.subject(),
        Json.object()
            .put(Attribute.MODEL, recorded.resource().id())
            .put(Attribute.OPERATION, recorded.action().name())
            .put("metadata", context.object("metadata").orElse(JsonObject.EMPTY))
            .put("subject", declared.member("subject"))
            .put("resource", declared.member("resource"))
            .build());
  }

  /// What it is answered now, as it was asked. Throws [dev.countersign.kernel.Refusal.Invalid] if
  /// the tenant's declarations changed so that it cannot be asked any more.
  public Checked ask(TenantPolicies policies) {
    return ask(body, policies);
  }

  /// What `changed` is answered now, read and decided as if it had just come in: the facts of its
  /// model and operation are looked up anew.
  Checked ask(JsonObject changed, TenantPolicies policies) {
    return CheckRequest.read(changed, policies.facts()).decide(asker, policies);
  }
}
