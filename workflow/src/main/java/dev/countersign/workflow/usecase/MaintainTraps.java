package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Compilation;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Trap;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.VigilanceStore;
import java.util.UUID;

/// An administrator sets traps: what should be rejected, on which cases, and why.
public final class MaintainTraps {
  /// More than anybody keeps true.
  static final int MOST = 50;

  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_CONDITION = 1_000;
  private static final int LONGEST_WHY = 500;

  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final Predicates language;
  private final DefinitionStore definitions = new DefinitionStore();
  private final VigilanceStore store = new VigilanceStore();

  public MaintainTraps(TenantTransactions transactions, Ledger ledger, Predicates language) {
    this.transactions = transactions;
    this.ledger = ledger;
    this.language = language;
  }

  /// What is asked for.
  public record Request(
      String workflow, String transition, String condition, JsonObject payload, String why) {}

  /// Reads `{workflow, transition, condition, why, payload?}`; throws `Refusal.Invalid` with every
  /// problem of its shape.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var workflow = fields.string("workflow", 1, LONGEST_NAME);
    var transition = fields.string("transition", 1, LONGEST_NAME);
    var condition = fields.string("condition", 1, LONGEST_CONDITION);
    var payload = Case.kept(fields, "payload");
    var why = fields.string("why", 1, LONGEST_WHY);
    fields.done();
    return new Request(workflow, transition, condition, payload, why);
  }

  /// The answer is the trap.
  public Recorded set(Call call, Request request) {
    if (language.compile(request.condition(), WorkflowDefinition.GUARD_VARIABLES)
        instanceof Compilation.Rejected(var problems)) {
      throw new Refusal.Invalid(
          problems.stream()
              .map(problem ->
                  new Violation(
                      "/condition",
                      "wrong_expression",
                      "line %d, column %d: %s"
                          .formatted(problem.line(), problem.column(), problem.message())))
              .toList());
    }
    return ledger.transact(
        call,
        new Attempt("trap.set", "workflow", request.workflow()),
        Rules.APPLY,
        transaction -> set(transaction, request));
  }

  private JsonObject set(LedgerTransaction transaction, Request request) {
    var _ =
        definitions
            .latest(transaction.tenant(), request.workflow())
            .orElseThrow(() -> new Refusal.NotFound("workflow", request.workflow()))
            .definition()
            .transition(request.transition())
            .orElseThrow(() -> new Refusal.NotFound("transition", request.transition()));
    if (store.traps(transaction.tenant()).size() >= MOST) {
      throw new Refusal.Conflict("too_many_traps", "at most %d are set".formatted(MOST));
    }
    var trap =
        new Trap(
            transaction.newId(),
            request.workflow(),
            request.transition(),
            request.condition(),
            request.payload(),
            request.why(),
            transaction.now());
    store.add(transaction.tenant(), trap, transaction.principal().actor());
    // Those who are tested read the log as well: it is bound, not told.
    transaction.record(
        "trap.set",
        "trap",
        trap.id().toString(),
        trap.id(),
        Json.object().put("trap_digest", trap.digest().hex()).build());
    return trap.json();
  }

  /// The answer is its id.
  public Recorded remove(Call call, UUID id) {
    return ledger.transact(
        call,
        new Attempt("trap.removed", "trap", id.toString()),
        Rules.APPLY,
        transaction -> {
          if (!store.remove(transaction.tenant(), id, transaction.now())) {
            throw new Refusal.NotFound("trap", id.toString());
          }
          transaction.record("trap.removed", "trap", id.toString(), id, JsonObject.EMPTY);
          return Json.object().put("trap_id", id.toString()).build();
        });
  }

  /// Those that are set, oldest first; never more than [#MOST].
  public JsonObject list(Principal principal) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            Json.object()
                .put(
                    "traps", Json.array(store.traps(transaction).stream().map(Trap::json).toList()))
                .build());
  }
}
