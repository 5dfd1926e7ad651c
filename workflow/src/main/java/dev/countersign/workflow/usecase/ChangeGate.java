package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
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
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.GateStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A person opens or closes the gate of one transition.
///
/// Under the exclusive lock of rules: once this is answered, nothing is committed under the old
/// state, on any node. Revoking wins over approvals already given.
public final class ChangeGate {
  private static final int LONGEST_REASON = 500;
  private static final int LONGEST_SITE = 100;

  private final Ledger ledger;
  private final DefinitionStore definitions = new DefinitionStore();
  private final GateStore gates = new GateStore();

  public ChangeGate(Ledger ledger) {
    this.ledger = ledger;
  }

  /// @param site for which it is said; [Gate#EVERY_SITE] for the whole tenant
  /// @param until when an authorization ends by itself; never for a revocation
  /// @param upTo the largest amount that is authorized; never for a revocation
  /// @param workflowVersion the version whose transition is authorized; the latest if it is empty;
  ///   never for a revocation, which closes all
  public record Change(
      boolean authorized,
      String site,
      String reason,
      Optional<Instant> until,
      Optional<Long> upTo,
      Optional<Integer> workflowVersion) {
    public Change {
      if (!authorized && (until.isPresent() || upTo.isPresent() || workflowVersion.isPresent())) {
        throw new IllegalArgumentException("a revocation has no limits");
      }
    }
  }

  /// Reads `{reason, site?, until?, up_to?, workflow_version?}`; throws `Refusal.Invalid` with
  /// every problem.
  public static Change authorization(Json body) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    var site = site(fields);
    var until = fields.optionalTime("until");
    var upTo = fields.optionalInteger("up_to", 0, Json.JsonNumber.LARGEST_INTEGER);
    var version =
        fields.optionalInteger("workflow_version", 1, Integer.MAX_VALUE).map(Long::intValue);
    fields.done();
    return new Change(true, site, reason, until, upTo, version);
  }

  /// Reads `{reason, site?}`; throws `Refusal.Invalid` with every problem.
  public static Change revocation(Json body) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    var site = site(fields);
    fields.done();
    return new Change(false, site, reason, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static String entry(Change change) {
    return change.authorized() ? "gate.authorized" : "gate.revoked";
  }

  private static String site(Fields fields) {
    return fields.optionalString("site", 1, LONGEST_SITE).orElse(Gate.EVERY_SITE);
  }

  /// The answer is the gate.
  public Recorded change(Call call, String workflow, String transition, Change change) {
    return ledger.transact(
        call,
        new Attempt(entry(change), "gate", workflow + "/" + transition),
        Rules.CHANGE,
        transaction -> change(transaction, workflow, transition, change));
  }

  JsonObject change(LedgerTransaction transaction, String workflow, String type, Change change) {
    var transition =
        definition(transaction, workflow, change)
            .transition(type)
            .orElseThrow(() -> new Refusal.NotFound("transition", type));
    if (change.until().filter(until -> !until.isAfter(transaction.now())).isPresent()) {
      throw new Refusal.Conflict(
          "until_is_past", "an authorization that ends before it begins opens nothing");
    }
    if (change.upTo().isPresent() && transition.amount().isEmpty()) {
      throw new Refusal.Conflict(
          "no_amount", "the transition `" + type + "` names no amount that could be limited");
    }
    var all = gates.all(transaction.tenant(), workflow, type);
    if (all.size() >= GateStore.MOST_SITES && at(all, change.site()).isEmpty()) {
      throw new Refusal.Conflict(
          "too_many_sites",
          "a gate stands by itself for at most " + GateStore.MOST_SITES + " sites");
    }
    var gate =
        new Gate(
            workflow,
            type,
            change.site(),
            transition.gate(),
            change.authorized(),
            transaction.principal().actor(),
            transaction.now(),
            change.until(),
            change.upTo(),
            change.reason(),
            transition.digest(),
            change.authorized()
                ? stays(all, change.site(), transition.digest(), transaction.now())
                : List.of());
    gates.change(transaction.tenant(), transaction.newId(), gate);
    transaction.tenant().raise(Counter.GATES);
    transaction.record(
        entry(change),
        "gate",
        workflow + "/" + type,
        transaction.newId(),
        Json.object()
            .put("gate", gate.name())
            .put("transition_digest", gate.form().hex())
            .put("also_digests", Json.strings(gate.alsoForms().stream().map(Digest::hex).toList()))
            .put("site", gate.site())
            .put("up_to", gate.upTo().map(Json::of))
            .put("until", gate.until().map(until -> Json.of(until.toString())))
            .put("reason", gate.reason())
            .build());
    return gate.json();
  }

  private WorkflowDefinition definition(
      LedgerTransaction transaction, String workflow, Change change) {
    var tenant = transaction.tenant();
    var latest =
        definitions
            .latest(tenant, workflow)
            .orElseThrow(() -> new Refusal.NotFound("workflow", workflow))
            .definition();
    return change
        .workflowVersion()
        .map(version ->
            definitions
                .version(tenant, workflow, version)
                .orElseThrow(() ->
                    new Refusal.Conflict(
                        "unknown_version",
                        "the workflow `%s` has no version %d".formatted(workflow, version))))
        .orElse(latest);
  }

  /// What was authorized before, nobody has closed, and has not ended by itself.
  private static List<Digest> stays(List<Gate> all, String site, Digest form, Instant now) {
    var everywhere = at(all, Gate.EVERY_SITE);
    return at(all, site)
        .filter(gate -> gate.stands(everywhere, now))
        .map(gate -> gate.beside(form))
        .orElse(List.of());
  }

  private static Optional<Gate> at(List<Gate> all, String site) {
    return all.stream().filter(gate -> gate.site().equals(site)).findFirst();
  }
}
