package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.lifecycle.PolicyVersion;
import dev.countersign.policy.store.PolicyVersions.Content;
import dev.countersign.policy.store.PolicyVersions.Move;
import java.util.List;

/// A version, as callers see it.
final class VersionView {
  private VersionView() {}

  static JsonObject brief(PolicyVersion version) {
    return Json.object()
        .put("version", version.version())
        .put("state", version.state().word())
        .put("threshold", version.threshold())
        .put("drafted_by", version.draftedBy())
        .put("drafted_at", version.draftedAt().toString())
        .build();
  }

  static JsonObject full(PolicyVersion version, Content content, List<Move> history) {
    var view = brief(version);
    var set = PolicySetJson.write(content.set());
    view = view.with("policies", set.member("policies").orElseThrow());
    for (var member : content.tests().members().entrySet()) {
      view = view.with(member.getKey(), member.getValue());
    }
    return view.with(
        "history",
        Json.array(
            history.stream()
                .map(move ->
                    Json.object()
                        .put("state", move.state().word())
                        .put("by", move.by())
                        .put("at", move.at().toString())
                        .build())
                .toList()));
  }
}
