package dev.countersign.cli.replay;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// The keys by which the server knows a step that it has done already.
///
/// They are made from the name of the log, the case, the step and the body, so that a later run
/// repeats exactly what an earlier one asked, and a log under a changed mapping asks anew.
///
/// @param log the name of the file
record Idempotency(String log) {

  String key(String reference, String step, JsonObject body) {
    var digest =
        Digest.ofCanonical(
            Json.object()
                .put("log", log)
                .put("reference", reference)
                .put("step", step)
                .put("body", body)
                .build());
    return "replay-" + digest.hex();
  }
}
