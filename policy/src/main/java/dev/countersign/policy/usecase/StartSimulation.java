package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.simulation.Simulation;
import dev.countersign.policy.simulation.SimulationRun;
import dev.countersign.policy.simulation.SimulationRun.Scope;
import dev.countersign.policy.simulation.SimulationRun.State;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.Simulations;
import java.util.Optional;
import java.util.UUID;

/// Starts a simulation of a version, which goes on in the background.
public final class StartSimulation {
  /// The action of the entry that says who began what.
  public static final String ACTION = "policy.simulation_started";

  private static final long USUAL_MOST = 100_000;
  private static final int USUAL_EXAMPLES = 20;

  /// Runs that are kept for a tenant, so that two drafts can be compared next week.
  private static final int MOST_KEPT = 20;

  private final Ledger ledger;
  private final PolicyVersions versions;
  private final Simulations simulations;
  private final SimulationRunner runner;

  public StartSimulation(
      Ledger ledger, PolicyVersions versions, Simulations simulations, SimulationRunner runner) {
    this.ledger = ledger;
    this.versions = versions;
    this.simulations = simulations;
    this.runner = runner;
  }

  /// Reads `{from?, to?, limit?, examples?}`; throws [Refusal.Invalid] with all problems.
  public static Scope read(Json body) {
    var fields = Fields.of(body);
    var since = fields.optionalTime("from");
    var until = fields.optionalTime("to");
    long most = fields.optionalInteger("limit", 1, Scope.MOST).orElse(USUAL_MOST);
    int examples =
        fields
            .optionalInteger("examples", 0, Simulation.MOST_EXAMPLES)
            .orElse((long) USUAL_EXAMPLES)
            .intValue();
    if (since.isPresent() && until.isPresent() && !since.get().isBefore(until.get())) {
      fields.problem("to", "wrong_value", "must be later than `from`");
    }
    fields.done();
    return new Scope(since, until, most, examples);
  }

  /// The answer is the run as it begins.
  public Recorded start(Call call, int version, Scope scope) {
    var recorded =
        ledger.transact(
            call,
            new Attempt(ACTION, "policy_set", Integer.toString(version)),
            Rules.APPLY,
            transaction -> started(transaction, version, scope));
    if (!recorded.repeated()) {
      runner.run(
          call.principal().tenant(),
          UUID.fromString(recorded.answer().text("simulation_id").orElseThrow()));
    }
    return recorded;
  }

  private JsonObject started(LedgerTransaction transaction, int number, Scope scope) {
    var tenant = transaction.tenant();
    var version =
        versions.lock(tenant, number).orElseThrow(() -> ValidatePolicySet.notFound(number));
    if (version.state() == VersionState.DRAFT || version.state() == VersionState.DISCARDED) {
      throw new Refusal.Conflict(
          "wrong_version_state",
          "version "
              + number
              + " is `"
              + version.state().word()
              + "`: only a version that was validated can be simulated");
    }
    requireRoom(transaction);
    var now = transaction.now();
    var run =
        new SimulationRun(
            transaction.newId(),
            number,
            scope,
            State.RUNNING,
            Math.min(scope.most(), EntryStore.count(tenant)),
            0,
            Optional.empty(),
            transaction.principal().actor(),
            now,
            now,
            Optional.empty());
    simulations.keepNewest(tenant, MOST_KEPT - 1);
    simulations.add(tenant, run);
    transaction.record(
        ACTION,
        "policy_set",
        Integer.toString(number),
        run.id(),
        Json.object()
            .put("simulation_id", run.id().toString())
            .put("version", number)
            .put("limit", scope.most())
            .put("from", scope.since().map(time -> Json.of(time.toString())))
            .put("to", scope.until().map(time -> Json.of(time.toString())))
            .build());
    return ShowSimulations.view(run, now);
  }

  private void requireRoom(LedgerTransaction transaction) {
    var tenant = transaction.tenant();
    versions.lockNumbers(tenant);
    var running = simulations.running(tenant);
    if (running.isPresent()) {
      if (running.get().state(transaction.now()) == State.RUNNING) {
        throw new Refusal.Conflict(
            "simulation_running",
            "simulation `" + running.get().id() + "` is running: wait for its end");
      }
      RunSimulation.end(transaction, simulations, running.get().id(), State.INTERRUPTED);
    }
    if (runner.full()) {
      throw new Refusal.Conflict(
          "simulations_waiting", "too many simulations wait for their turn: come again later");
    }
  }
}
