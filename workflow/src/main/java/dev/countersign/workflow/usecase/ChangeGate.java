package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.Gate;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.GateStore;
import java.time.Instant;
import java.util.Optional;

/// A person opens or closes the gate of one transition.
///
/// Under the exclusive lock of rules: once this is answered, nothing is committed under the old
/// state, on any node. Revoking wins over approvals already given.
public final class ChangeGate {
  private static final int LONGEST_REASON = 500;

  private final Ledger ledger;
  private final DefinitionStore definitions = new DefinitionStore();
  private final GateStore gates = new GateStore();

  public ChangeGate(Ledger ledger) {
    this.ledger = ledger;
  }

  /// @param until when an authorization ends by itself; never for a revocation
  public record Change(boolean authorized, String reason, Optional<Instant> until) {
    public Change {
      if (!authorized && until.isPresent()) {
        throw new IllegalArgumentException("a revocation does not end by itself");
      }
    }
  }

  /// Reads `{reason, until?}`; throws `Refusal.Invalid` with every problem.
  public static Change authorization(Json body) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    var until = fields.optionalTime("until");
    fields.done();
    return new Change(true, reason, until);
  }

  /// Reads `{reason}`; throws `Refusal.Invalid` with every problem.
  public static Change revocation(Json body) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return new Change(false, reason, Optional.empty());
  }

  /// The answer is the gate.
  public Recorded change(Call call, String workflow, String transition, Change change) {
    var entry = change.authorized() ? "gate.authorized" : "gate.revoked";
    return ledger.transact(
        call,
        new Attempt(entry, "gate", workflow + "/" + transition),
        Rules.CHANGE,
        transaction -> change(transaction, workflow, transition, change, entry));
  }

  private JsonObject change(
      LedgerTransaction transaction, String workflow, String type, Change change, String entry) {
    var transition =
        definitions
            .latest(transaction.tenant(), workflow)
            .orElseThrow(() -> new Refusal.NotFound("workflow", workflow))
            .definition()
            .transition(type)
            .orElseThrow(() -> new Refusal.NotFound("transition", type));
    if (change.until().filter(until -> !until.isAfter(transaction.now())).isPresent()) {
      throw new Refusal.Conflict(
          "until_is_past", "an authorization that ends before it begins opens nothing");
    }
    var gate =
        new Gate(
            workflow,
            type,
            transition.gate(),
            change.authorized(),
            transaction.principal().actor(),
            transaction.now(),
            change.until(),
            change.reason(),
            transition.digest());
    gates.change(transaction.tenant(), transaction.newId(), gate);
    transaction.tenant().raise(Counter.GATES);
    transaction.record(
        entry,
        "gate",
        workflow + "/" + type,
        transaction.newId(),
        Json.object()
            .put("gate", gate.name())
            .put("transition_digest", gate.form().hex())
            .put("until", gate.until().map(until -> Json.of(until.toString())))
            .put("reason", gate.reason())
            .build());
    return gate.json();
  }
}
