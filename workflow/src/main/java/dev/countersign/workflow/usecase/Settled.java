package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.ledger.usecase.Recorded;
import java.util.List;

/// A refusal that goes with a change: the proposal that was asked about ends with it.
///
/// Thrown inside the transaction it would undo that change, so it travels out as the answer and is
/// thrown after the commit; a repetition with the same idempotency key is refused the same way.
final class Settled {
  private static final String MARK = "settled_refusal";

  private Settled() {}

  static JsonObject refusal(String code, String message, List<Violation> reasons) {
    return Json.object()
        .put(
            MARK,
            Json.object()
                .put("code", code)
                .put("message", message)
                .put("reasons", Json.array(reasons.stream().map(Settled::reason).toList()))
                .build())
        .build();
  }

  /// The answer, unless it is a refusal: then that is thrown.
  static Recorded orThrow(Recorded recorded) {
    var refusal = recorded.answer().object(MARK);
    if (refusal.isPresent()) {
      throw new Refusal.Conflict(
          refusal.get().text("code").orElseThrow(),
          refusal.get().text("message").orElseThrow(),
          refusal.get().items("reasons").stream().map(Settled::violation).toList());
    }
    return recorded;
  }

  private static Json reason(Violation reason) {
    return Json.object().put("code", reason.code()).put("message", reason.message()).build();
  }

  private static Violation violation(Json reason) {
    var json = (JsonObject) reason;
    return new Violation("", json.text("code").orElseThrow(), json.text("message").orElseThrow());
  }
}
