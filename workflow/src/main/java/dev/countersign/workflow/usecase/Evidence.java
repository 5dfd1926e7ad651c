package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Calibration;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.PastCase;
import dev.countersign.workflow.SimilarCases;
import dev.countersign.workflow.TaskTemplate;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.PastStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.List;
import java.util.TreeSet;

/// What a person weighs before he decides: what an approval reaches, whether it can be taken back,
/// what became of similar cases, and what the prediction is worth. Gathered while a request waits;
/// afterwards the history says what happened.
final class Evidence {
  private final ProposalStore proposals = new ProposalStore();
  private final PastStore past = new PastStore();

  /// @param hidden whether predictions are kept from who looks; then nothing of them is in it
  JsonObject of(
      TenantTransaction transaction,
      Proposal proposal,
      Case subject,
      WorkflowDefinition definition,
      Transition transition,
      boolean hidden) {
    var earlier = past.of(transaction, subject.workflow(), transition.type(), proposal.id());
    var evidence =
        Json.object()
            .put(
                "blast_radius", blastRadius(transaction, proposal, subject, definition, transition))
            .put("reversibility", reversibility(subject, definition, transition))
            .put("similar_cases", similar(proposal, subject, earlier));
    if (!hidden) {
      proposal
          .prediction()
          .confidence()
          .ifPresent(
              claimed -> evidence.put("calibration", Calibration.of(claimed, earlier).json()));
    }
    return evidence.build();
  }

  private static JsonObject similar(Proposal proposal, Case subject, List<PastCase> earlier) {
    var attributes = proposal.features().object("attributes").orElseGet(subject::attributes);
    return SimilarCases.of(attributes, earlier).json(new TreeSet<>(attributes.members().keySet()));
  }

  /// Everything that it touches, beside the effect on the case itself.
  private JsonObject blastRadius(
      TenantTransaction transaction,
      Proposal proposal,
      Case subject,
      WorkflowDefinition definition,
      Transition transition) {
    var others =
        proposals.live(transaction, subject.id()).stream()
            .filter(other -> !other.id().equals(proposal.id()))
            .map(other ->
                Json.object()
                    .put("proposal_id", other.id().toString())
                    .put("action_type", other.scope().actionType())
                    .put("state", other.state().word())
                    .build())
            .toList();
    return Json.object()
        .put("cases", 1)
        .put("site", subject.site())
        .put("case_state", definition.stateIn(transition.to()).word())
        .put("opens_tasks", Json.array(transition.opens().stream().map(Evidence::task).toList()))
        .put("handler", transition.handler().word())
        .put("other_systems", Json.strings(transition.otherSystems()))
        .put(
            "amount",
            transition
                .amount()
                .map(attribute ->
                    Json.object()
                        .put("attribute", attribute)
                        .put(
                            "value",
                            subject.amount(attribute).<Json>map(Json::of).orElse(Json.NULL))
                        .build()))
        .put("supersedes", Json.array(others))
        .build();
  }

  private static JsonObject task(TaskTemplate task) {
    return Json.object()
        .put("type", task.type())
        .put("title", task.title())
        .put("role", task.role().map(Json::of))
        .build();
  }

  /// As the definition says it. A transition that leads back is another action, with people of its
  /// own who have to agree.
  private static JsonObject reversibility(
      Case subject, WorkflowDefinition definition, Transition transition) {
    var back =
        definition.leadingFrom(transition.to()).stream()
            .filter(way -> way.to().equals(subject.queue()))
            .map(Transition::type)
            .toList();
    var compensation = transition.compensation();
    return Json.object()
        .put("status", transition.reversible() ? "reversible" : "irreversible")
        .put("compensation", compensation.<Json>map(Json::of).orElse(Json.NULL))
        .put(
            "window_seconds",
            compensation
                .<Json>map(_ -> Json.of(transition.rollback().toSeconds()))
                .orElse(Json.NULL))
        .put("ways_back", Json.strings(back))
        .build();
  }

  /// What can be said where the definition can't be found: nothing.
  static JsonObject unknown() {
    return Json.object()
        .put(
            "reversibility",
            Json.object()
                .put("status", "unknown")
                .put("compensation", Json.NULL)
                .put("window_seconds", Json.NULL)
                .put("ways_back", Json.array(List.of()))
                .build())
        .build();
  }
}
