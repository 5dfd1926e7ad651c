package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.EntryWalk.Direction;
import dev.countersign.ledger.store.EntryWalk.Found;
import dev.countersign.ledger.store.EntryWalk.Wanted;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.ledger.usecase.EntryScan.Budget;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicyOverride;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.log.LoggedDecision;
import dev.countersign.policy.simulation.Draft;
import dev.countersign.policy.simulation.Flip;
import dev.countersign.policy.simulation.Simulation;
import dev.countersign.policy.simulation.SimulationRun;
import dev.countersign.policy.simulation.SimulationRun.State;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.Simulations;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Does the work of a simulation: goes through the log, newest decision first, in short
/// transactions.
///
/// Safe for use by many threads; blocks for as long as the log is long.
public final class RunSimulation {
  /// The action of the entry that holds the totals.
  public static final String ACTION = "policy.simulated";

  /// Entries in one transaction, which are held at once.
  private static final int PAGE = 1_000;

  /// Of their text, so that a thousand of the largest are not held at once, each of which takes ten
  /// times its size once it is read.
  private static final int PAGE_CHARACTERS = 2 * 1024 * 1024;

  private static final Duration PAGE_TIME = Duration.ofSeconds(2);

  /// Flips that are listed one by one, newest first; all of them are counted.
  private static final int MOST_LISTED = 100_000;

  private static final int TRACE_BYTES = 16;

  private final Ledger ledger;
  private final TenantTransactions transactions;
  private final EntryScan scan;
  private final PolicyStore store;
  private final PolicyVersions versions;
  private final Simulations simulations;
  private final Conditions conditions;
  private final Clock clock;
  private final Ids ids;

  public RunSimulation(
      Ledger ledger,
      TenantTransactions transactions,
      EntryScan scan,
      PolicyStore store,
      PolicyVersions versions,
      Simulations simulations,
      Conditions conditions,
      Clock clock,
      Ids ids) {
    this.ledger = ledger;
    this.transactions = transactions;
    this.scan = scan;
    this.store = store;
    this.versions = versions;
    this.simulations = simulations;
    this.conditions = conditions;
    this.clock = clock;
    this.ids = ids;
  }

  /// What is simulated, as it is at the start: what changes meanwhile waits for the next one.
  private record Subject(
      SimulationRun run, PolicySet set, List<PolicyOverride> overrides, TenantFacts facts) {
    PolicySet effective() {
      return set.with(overrides, facts.values().maxRiskScore());
    }
  }

  /// Runs it to its end, or until `stop` says so: then its row still says that it runs, and who
  /// stopped it ends it.
  void run(TenantId tenant, UUID id, BooleanSupplier stop) {
    var found = transactions.run(tenant, Rules.READ, transaction -> subject(transaction, id));
    if (found.isEmpty()) {
      return;
    }
    var subject = found.get();
    var draft =
        new Draft(
            PolicyDecisionPoint.of(subject.effective(), conditions),
            subject.facts().declaredKeys());
    var simulation =
        new Simulation(
            draft,
            (version, threshold) -> past(tenant, subject, version, threshold),
            subject.run().scope().examples());
    if (walk(tenant, subject.run(), simulation, stop)) {
      finish(tenant, subject.run(), simulation);
    }
  }

  /// Says that the run has failed; a database that is away leaves it to be found interrupted.
  void failed(TenantId tenant, UUID id) {
    end(tenant, id, State.FAILED);
  }

  void interrupted(TenantId tenant, UUID id) {
    end(tenant, id, State.INTERRUPTED);
  }

  void alive(TenantId tenant, UUID id) {
    write(tenant, transaction -> simulations.alive(transaction, id, clock.instant()));
  }

  private void end(TenantId tenant, UUID id, State state) {
    ledger.transact(
        Call.system(tenant, "simulation", HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES))),
        new Attempt(ended(state), "policy_set", id.toString(), Optional.of(id)),
        Rules.APPLY,
        transaction -> {
          end(transaction, simulations, id, state);
          return JsonObject.EMPTY;
        });
  }

  /// Ends a run without a result, with its entry; does nothing if it has ended already.
  static void end(LedgerTransaction transaction, Simulations simulations, UUID id, State state) {
    var run = simulations.read(transaction.tenant(), id);
    if (simulations.end(transaction.tenant(), id, state, transaction.now()) && run.isPresent()) {
      transaction.record(
          ended(state),
          "policy_set",
          Integer.toString(run.get().version()),
          id,
          Json.object()
              .put("simulation_id", id.toString())
              .put("version", run.get().version())
              .put("started_by", run.get().startedBy())
              .build());
    }
  }

  private static String ended(State state) {
    return "policy.simulation_" + state.word();
  }

  private Optional<Subject> subject(TenantTransaction transaction, UUID id) {
    return simulations
        .read(transaction, id)
        .filter(run -> run.state() == State.RUNNING)
        .map(run ->
            new Subject(
                run,
                versions.content(transaction, run.version()).orElseThrow().set(),
                store.overrides(transaction),
                store.facts(transaction)));
  }

  private Optional<PolicyDecisionPoint> past(
      TenantId tenant, Subject subject, int version, int threshold) {
    return transactions
        .run(tenant, Rules.READ, transaction -> versions.content(transaction, version))
        .map(content -> content.set().with(subject.overrides(), Optional.of(threshold)))
        .map(set -> PolicyDecisionPoint.of(set, conditions));
  }

  private boolean walk(
      TenantId tenant, SimulationRun run, Simulation simulation, BooleanSupplier stop) {
    var scope = run.scope();
    var wanted = new Wanted(LoggedDecision.ACTION, scope.since(), scope.until(), List.of(), true);
    Optional<Long> position = Optional.empty();
    long listed = 0;
    while (!stop.getAsBoolean()) {
      var flips = new ArrayList<Flip>();
      var page = new Held(tenant, scope.most() - simulation.seen());
      var progress =
          scan.run(
              tenant,
              wanted,
              Direction.NEWEST_FIRST,
              position,
              new Budget(PAGE, PAGE, PAGE_TIME),
              page::add);
      page.decisions.forEach(decision -> take(simulation, decision).ifPresent(flips::add));
      var more = flips.subList(0, (int) Math.min(flips.size(), MOST_LISTED - listed));
      listed += more.size();
      if (!kept(tenant, run.id(), simulation.seen(), more)) {
        return false;
      }
      if (progress.end() || simulation.seen() >= scope.most()) {
        return true;
      }
      position = Optional.of(progress.reached());
    }
    return false;
  }

  /// What one transaction reads. For use by one thread, once.
  private static final class Held {
    private final TenantId tenant;
    private final long room;
    private final List<LoggedDecision> decisions = new ArrayList<>();
    private long characters;

    Held(TenantId tenant, long room) {
      this.tenant = tenant;
      this.room = room;
    }

    /// Whether there is room for more.
    boolean add(Found found) {
      decisions.add(
          LoggedDecision.of(
              found.logIndex(), tenant, found.correlationId(), found.time(), found.content()));
      characters += found.content().map(String::length).orElse(0);
      return decisions.size() < room && characters < PAGE_CHARACTERS;
    }
  }

  private static Optional<Flip> take(Simulation simulation, LoggedDecision decision) {
    return switch (decision) {
      case LoggedDecision.Kept kept -> simulation.add(kept.logIndex(), kept.details());
      case LoggedDecision.Erased _ -> {
        simulation.erased(1);
        yield Optional.empty();
      }
    };
  }

  private boolean kept(TenantId tenant, UUID id, long seen, List<Flip> flips) {
    return transactions.run(
        tenant,
        Rules.READ,
        transaction -> {
          simulations.add(transaction, id, flips);
          return simulations.progress(transaction, id, seen, clock.instant());
        });
  }

  private void finish(TenantId tenant, SimulationRun run, Simulation simulation) {
    var result =
        simulation.result().with("listed", Json.of(Math.min(MOST_LISTED, simulation.flipped())));
    ledger.transact(
        Call.system(tenant, "simulation", HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES))),
        new Attempt(ACTION, "policy_set", Integer.toString(run.version()), Optional.of(run.id())),
        Rules.APPLY,
        transaction -> finished(transaction, run, simulation.seen(), result));
  }

  private JsonObject finished(
      LedgerTransaction transaction, SimulationRun run, long seen, JsonObject result) {
    var tenant = transaction.tenant();
    var version = versions.lock(tenant, run.version()).orElseThrow();
    if (!simulations.done(tenant, run.id(), seen, result, transaction.now())) {
      return JsonObject.EMPTY;
    }
    if (version.state().mayBecome(VersionState.SIMULATED)) {
      versions.move(tenant, version, VersionState.SIMULATED, run.startedBy(), transaction.now());
    }
    transaction.record(
        ACTION,
        "policy_set",
        Integer.toString(run.version()),
        run.id(),
        totals(result)
            .put("simulation_id", run.id().toString())
            .put("version", run.version())
            .put("started_by", run.startedBy())
            .build());
    return JsonObject.EMPTY;
  }

  private static Json.Builder totals(JsonObject result) {
    var totals = Json.object();
    for (var name :
        List.of(
            "policies_digest",
            "threshold",
            "seen",
            "used",
            "not_replayable",
            "erased",
            "unreadable",
            "unchanged",
            "flipped")) {
      totals.put(name, result.member(name));
    }
    return totals.put(
        "self_check_mismatched",
        result.object("self_check").flatMap(check -> check.member("mismatched")));
  }

  /// What is written here decides nothing, so it needs no lock of the rules.
  private void write(TenantId tenant, Consumer<TenantTransaction> work) {
    transactions.run(
        tenant,
        Rules.READ,
        transaction -> {
          work.accept(transaction);
          return true;
        });
  }
}
