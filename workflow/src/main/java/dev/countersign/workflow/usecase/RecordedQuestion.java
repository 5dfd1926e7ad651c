package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Request;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.explain.AskedAgain;
import dev.countersign.policy.log.LoggedDecision;
import dev.countersign.workflow.AskedQuestion;
import dev.countersign.workflow.store.ApprovalRequest.About;
import java.util.Optional;

/// What an approval request about a decision is about, read from the only place that holds it: the
/// ledger's entry of the decision.
///
/// @param decision the record
/// @param request all that the policies could read
record RecordedQuestion(LoggedDecision.Kept decision, Request request) {

  /// The question; empty if its content has expired or was erased.
  ///
  /// Throws IllegalStateException if the entry in that place is another one.
  static Optional<RecordedQuestion> read(
      TenantTransaction transaction, Sealing sealing, About.OfDecision about) {
    return EntryStore.at(transaction, sealing, about.logIndex())
        .map(stored -> {
          var entry = stored.json();
          var details = entry.object("details").orElse(JsonObject.EMPTY);
          if (!details.text("decision_id").equals(Optional.of(about.decisionId().toString()))) {
            throw new IllegalStateException(
                "entry %d is not decision `%s`".formatted(about.logIndex(), about.decisionId()));
          }
          var time = stored.entry().time();
          return new RecordedQuestion(
              new LoggedDecision.Kept(
                  about.logIndex(), transaction.tenant(), about.decisionId(), time, entry),
              Request.from(details.object("request").orElse(JsonObject.EMPTY)));
        });
  }

  /// Recomputed from what is recorded.
  Digest digest() {
    return new AskedQuestion(decision.tenant(), request).digest();
  }

  /// Whether the asker said that he asks for this principal. A name is no proof of who somebody is,
  /// but enough to have somebody else decide.
  boolean askedFor(Principal principal) {
    var declared = request.context().object("declared").flatMap(said -> said.object("subject"));
    // An enforcement point asks about somebody else: the subject is whom it asks for.
    return (evaluation() ? Optional.of(request.subject().json()) : declared)
        .filter(subject -> {
          var id = subject.text("id").orElse("");
          return id.equals(principal.id())
              || id.equals(principal.actor())
              || id.equals(principal.name());
        })
        .isPresent();
  }

  private boolean evaluation() {
    return request.context().member("caller").isPresent();
  }

  /// What it is answered now, for the asker as he was then: a check with the facts of now, an
  /// evaluation with what was recorded, because it is evaluated again with the facts of that moment
  /// before anything is done. Throws `Refusal.Invalid` if it could not be asked any more.
  Decision askedAgain(TenantPolicies policies) {
    return evaluation()
        ? policies.decide(
            policies.request(
                request.subject(),
                request.action(),
                request.resource(),
                request.context().without("tenant")))
        : AskedAgain.of(request).ask(policies).decision();
  }

  /// As a list shows it.
  JsonObject line() {
    return Json.object()
        .put("model", decision.model().map(Json::of))
        .put("operation", decision.operation().map(Json::of))
        .build();
  }

  /// With everything that an approver has to weigh.
  JsonObject detail() {
    var details = decision.details();
    return line()
        .with("request", request.json())
        .with(
            "decision",
            Json.object()
                .put("outcome", details.member("outcome"))
                .put("risk_score", details.member("risk_score"))
                .put("reason", details.member("reason"))
                .put("reasons", Json.array(details.items("reasons")))
                .put("policy_version", details.member("policy_version"))
                .put("determining_policies", Json.array(details.items("determining_policies")))
                .put("errored_policies", Json.array(details.items("errored_policies")))
                .put("evaluated_at", details.member("evaluated_at"))
                .build());
  }
}
