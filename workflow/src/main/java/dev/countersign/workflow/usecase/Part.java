package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Which of a part of what was due ended in a transaction, as its answer.
final class Part {
  private Part() {}

  static JsonObject ended(List<UUID> ids) {
    return Json.object()
        .put("ended", Json.array(ids.stream().map(id -> Json.of(id.toString())).toList()))
        .build();
  }

  static Set<UUID> ended(JsonObject answer) {
    return answer.items("ended").stream()
        .map(id -> Ids.parse(((JsonString) id).value()).orElseThrow())
        .collect(Collectors.toUnmodifiableSet());
  }
}
