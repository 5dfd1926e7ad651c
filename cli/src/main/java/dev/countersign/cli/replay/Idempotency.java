package dev.countersign.cli.replay;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// The keys by which the server knows a step that it has done already.
///
/// They are made from the workflow, the case, the step and the body, so that a later run repeats
/// exactly what an earlier one asked, whatever the file is called by then, and a log under a
/// changed mapping asks anew.
record Idempotency(String workflow) {

  String key(String reference, String step, JsonObject body) {
    var digest =
        Digest.ofCanonical(
            Json.object()
                .put("workflow", workflow)
                .put("reference", reference)
                .put("step", step)
                .put("body", body)
                .build());
    return "replay-" + digest.hex();
  }
}
