package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;
import java.util.UUID;

/// Which actions a grant is for that is not for exactly one.
///
/// What it does not say is not agreed to: the payload is compared as a whole, and without one only
/// an action without one fits. It MUST be narrow: a case, an amount or a payload beside the
/// transition, so that nobody agrees to everything.
///
/// @param amountUpTo of the attribute that the transition names as its amount
/// @param payload exactly that of the action
public record GrantTemplate(
    String workflow,
    String transition,
    Optional<UUID> caseId,
    Optional<String> site,
    Optional<Long> amountUpTo,
    JsonObject payload) {

  public GrantTemplate {
    if (!Case.fits(payload)) {
      throw new IllegalArgumentException("the payload is too large");
    }
  }

  /// Reads the fields of a template; the problems are noted.
  public static GrantTemplate read(Fields fields) {
    var workflow = fields.string("workflow", 1, Word.LONGEST);
    var transition = fields.string("transition", 1, Word.LONGEST);
    var caseId = fields.optionalUuid("case_id");
    var site = fields.optionalString("site", 1, Word.LONGEST);
    var amount = fields.optionalInteger("amount_up_to", 0, Json.JsonNumber.LARGEST_INTEGER);
    var payload = Case.kept(fields, "payload");
    if (caseId.isEmpty() && amount.isEmpty() && payload.members().isEmpty()) {
      fields.problem(
          "", "too_wide", "must name a case, an amount or a payload beside the transition");
    }
    fields.closed();
    return new GrantTemplate(
        workflow,
        transition,
        caseId,
        site,
        amount,
        Case.fits(payload) ? payload : JsonObject.EMPTY);
  }

  /// Whether an action of that payload, on that case by that transition, is what it is for. An
  /// amount that the case does not have is over any limit.
  boolean fits(Case subject, Transition taken, JsonObject given) {
    return subject.workflow().equals(workflow)
        && taken.type().equals(transition)
        && caseId.filter(id -> !id.equals(subject.id())).isEmpty()
        && site.filter(name -> !name.equals(subject.site())).isEmpty()
        && (amountUpTo.isEmpty()
            || taken
                .amount()
                .flatMap(subject::amount)
                .filter(amount -> amount <= amountUpTo.get())
                .isPresent())
        && payload.equals(given);
  }

  /// The same without what a caller put into it.
  public GrantTemplate forgotten() {
    return new GrantTemplate(workflow, transition, caseId, site, amountUpTo, JsonObject.EMPTY);
  }

  public JsonObject json() {
    return Json.object()
        .put("workflow", workflow)
        .put("transition", transition)
        .put("case_id", caseId.map(id -> Json.of(id.toString())))
        .put("site", site.map(Json::of))
        .put("amount_up_to", amountUpTo.map(Json::of))
        .put("payload", payload)
        .build();
  }
}
