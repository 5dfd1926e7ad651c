package dev.countersign.workflow.store;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/// Who proposed, as policies saw him then: they are asked about the same subject again later.
final class StoredPrincipal {

  private StoredPrincipal() {}

  static JsonObject json(Principal principal) {
    return Json.object()
        .put("kind", principal.kind().word())
        .put("id", principal.id())
        .put("name", principal.name())
        .put("roles", Json.strings(principal.roles()))
        .put("site", principal.site())
        .build();
  }

  /// Without his name and his site; by his id nobody approves his own proposal.
  static JsonObject nameless(Principal principal) {
    return Json.object()
        .put("kind", principal.kind().word())
        .put("id", principal.id())
        .put("name", "")
        .put("roles", Json.strings(List.of()))
        .put("site", "")
        .build();
  }

  /// Reads what [#json] wrote. It carries no credential: nothing can be done in its name.
  static Principal read(TenantId tenant, JsonObject json) {
    var roles = new TreeSet<String>();
    for (var role : json.items("roles")) {
      roles.add(((JsonString) role).value());
    }
    var word = json.text("kind").orElseThrow();
    var kind =
        Arrays.stream(Principal.Kind.values())
            .filter(candidate -> candidate.word().equals(word))
            .findFirst()
            .orElseThrow();
    return new Principal(
        tenant,
        kind,
        json.text("id").orElseThrow(),
        json.text("name").orElseThrow(),
        roles,
        json.text("site").orElseThrow(),
        0);
  }
}
