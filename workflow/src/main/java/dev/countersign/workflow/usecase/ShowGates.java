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
                              view(
                                  transition, gates.read(transaction, workflow, transition.type())))
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
          return view(transition, gates.read(transaction, workflow, type))
              .with("history", Json.array(history.toList()));
        });
  }

  private WorkflowDefinition definition(TenantTransaction transaction, String workflow) {
    return definitions
        .latest(transaction, workflow)
        .orElseThrow(() -> new Refusal.NotFound("workflow", workflow))
        .definition();
  }

  private JsonObject view(Transition transition, Optional<Gate> gate) {
    var objection =
        gate.map(known -> known.objection(transition.digest(), clock.instant()))
            .orElse(Optional.of("the gate `" + transition.gate() + "` was never authorized"));
    return Json.object()
        .put("transition", transition.type())
        .put("from", transition.from())
        .put("to", transition.to())
        .put("gate", transition.gate())
        .put("approver_roles", Json.strings(transition.approverRoles()))
        .put("open", objection.isEmpty())
        .put("objection", objection.map(Json::of))
        .put("last_change", gate.map(Gate::json))
        .build();
  }
}
