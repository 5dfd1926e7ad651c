package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.Gate;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.GateStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// Shows the gates of a workflow's latest version, those that nobody ever touched too.
public final class ShowGates {
  private final TenantTransactions transactions;
  private final Clock clock;
  private final DefinitionStore definitions = new DefinitionStore();
  private final GateStore gates = new GateStore();

  public ShowGates(TenantTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /// Every gate in the order of the transitions, with whether it is open now and why not.
  public JsonObject list(Principal principal, String workflow) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var definition = definition(transaction, workflow);
          return Json.object()
              .put("workflow", workflow)
              .put("workflow_version", definition.version())
              .put(
                  "gates",
                  Json.array(
                      definition.transitions().stream()
                          .map(transition ->
                              view(transition, gates.all(transaction, workflow, transition.type())))
                          .toList()))
              .build();
        });
  }

  /// One gate with its latest changes, newest first.
  public JsonObject one(Principal principal, String workflow, String type) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var transition =
              definition(transaction, workflow)
                  .transition(type)
                  .orElseThrow(() -> new Refusal.NotFound("transition", type));
          var history = gates.history(transaction, workflow, type).stream().map(Gate::json);
          return view(transition, gates.all(transaction, workflow, type))
              .with("history", Json.array(history.toList()));
        });
  }

  private WorkflowDefinition definition(TenantTransaction transaction, String workflow) {
    return definitions
        .latest(transaction, workflow)
        .orElseThrow(() -> new Refusal.NotFound("workflow", workflow))
        .definition();
  }

  /// How it stands for the tenant, and for each site of which something else was said.
  private JsonObject view(Transition transition, List<Gate> all) {
    var everywhere = all.stream().filter(gate -> gate.site().equals(Gate.EVERY_SITE)).findFirst();
    var sites = all.stream().filter(gate -> !gate.site().equals(Gate.EVERY_SITE));
    var objection = objection(transition, everywhere, Optional.empty());
    return Json.object()
        .put("transition", transition.type())
        .put("from", Json.strings(transition.from()))
        .put("to", transition.to())
        .put("gate", transition.gate())
        .put("approver_roles", Json.strings(transition.requirement().approverRoles(false)))
        .put("quorum", transition.requirement().quorum())
        .put("open", objection.isEmpty())
        .put("objection", objection.map(Json::of))
        .put("last_change", everywhere.map(Gate::json))
        .put("sites", Json.array(sites.map(there -> site(transition, everywhere, there)).toList()))
        .build();
  }

  private JsonObject site(Transition transition, Optional<Gate> everywhere, Gate there) {
    var objection = objection(transition, everywhere, Optional.of(there));
    return Json.object()
        .put("site", there.site())
        .put("open", objection.isEmpty())
        .put("objection", objection.map(Json::of))
        .put("last_change", there.json())
        .build();
  }

  /// For no amount at all: what is limited is shown as open, with its limit beside it.
  private Optional<String> objection(
      Transition transition, Optional<Gate> everywhere, Optional<Gate> there) {
    return Gate.objection(
        everywhere, there, transition, Optional.of(Long.MIN_VALUE), clock.instant());
  }
}
