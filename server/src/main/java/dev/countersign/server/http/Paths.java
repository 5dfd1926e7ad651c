package dev.countersign.server.http;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityKey;
import java.util.UUID;

/// Ids in paths: what is not an id names nothing that could be there.
final class Paths {
  private Paths() {}

  static EntityKey entity(String type, String id) {
    var key = new EntityKey(type, id);
    boolean possible =
        type.length() <= Entity.LONGEST_TYPE
            && id.length() <= Entity.LONGEST_ID
            && key.path().indexOf('\0') < 0;
    if (!possible) {
      throw new Refusal.NotFound("entity", shortened(key.path()));
    }
    return key;
  }

  static UUID uuid(String what, String text) {
    return Ids.parse(text).orElseThrow(() -> new Refusal.NotFound(what, shortened(text)));
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
