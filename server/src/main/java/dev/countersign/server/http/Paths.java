package dev.countersign.server.http;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Refusal;
import java.util.UUID;

/// Ids in paths: what is not an id names nothing that could be there.
final class Paths {
  private Paths() {}

  static UUID uuid(String what, String text) {
    return Ids.parse(text)
        .orElseThrow(() ->
            new Refusal.NotFound(what, text.length() <= 40 ? text : text.substring(0, 40) + "…"));
  }
}
