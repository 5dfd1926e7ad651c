package dev.countersign.trust.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.Generation;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Recommendation;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustEvent.StageLowered;
import dev.countersign.trust.TrustEvent.StageSigned;
import dev.countersign.trust.TrustFold;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.predict.features.Recent;
import dev.countersign.trust.store.AlarmStore;
import dev.countersign.trust.store.StoredScope;
import dev.countersign.trust.store.TrustStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// The tenant's trust scopes, inside a transaction of the caller.
///
/// Whatever changes a stage returns the changes; the caller MUST write their ledger entries
/// ([StageMoves#record]) in the same transaction. A change needs a transaction opened with
/// `Rules.CHANGE`, else [RulesMustChange] is thrown; where that is likely, [#wouldChange] tells
/// before. Reads store nothing. Safe for use by many threads, each with its own transaction.
///
/// ```java
/// var stage = scopes.stage(transaction, key, now);
/// scopes
///     .observe(transaction.tenant(), key, new TrustEvent.Executed(id, now, true))
///     .record(transaction, correlationId);
/// ```
public final class TrustScopes {

  static final int LARGEST_PAGE = 100;

  /// Of a scope that are shown with it; one is enough to lower it, and the list of anomalies has
  /// them all.
  static final int MOST_ALARMS = 10;

  private final TrustStore store;
  private final AlarmStore alarms = new AlarmStore();
  private final Ids ids;
  private final Clock clock;
  private final ScopeFolds folds;

  /// @param clock for the times of rows, and for alarms; trust follows the times of its events
  public TrustScopes(TrustStore store, Ids ids, Clock clock) {
    this(store, ids, clock, ScopeFolds.DUE_PART);
  }

  TrustScopes(TrustStore store, Ids ids, Clock clock, int duePart) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.folds = new ScopeFolds(store, ids, clock, duePart);
  }

  /// The stage at the scope's last event; observe if it was never seen.
  public Stage stage(TenantTransaction transaction, ScopeKey key) {
    return store.find(transaction, key).map(scope -> scope.state().stage()).orElse(Stage.OBSERVE);
  }

  /// How the tenant's trust is earned: what a demo tenant's stage is MUST be shown as that.
  public Profile profile(TenantTransaction transaction) {
    return store.setting(transaction).profile();
  }

  /// The stage in force at `at`: an idle scope has dropped by then, and what is overdue has
  /// counted, even if no event said so yet. What may run automatically MUST be asked this way.
  public Stage stage(TenantTransaction transaction, ScopeKey key, Instant at) {
    return store
        .find(transaction, key)
        .map(scope -> inForce(transaction, scope, at))
        .orElse(Stage.OBSERVE);
  }

  /// What is known of the scope at `at`, with the stage in force then, as in [#stage].
  public ScopeFacts facts(TenantTransaction transaction, ScopeKey key, Instant at) {
    return store
        .find(transaction, key)
        .map(scope -> ScopeFacts.of(inForce(transaction, scope, at), scope.state(), scope.recent()))
        .orElse(ScopeFacts.NONE);
  }

  /// What is in force for a proposal of some versions.
  ///
  /// @param stage of the scope
  /// @param facts what is known of the scope, with the most for these versions as its stage: that
  ///   of the scope, unless the evidence is of others
  /// @param others the versions that the evidence is of, if they are others
  public record InForce(Stage stage, ScopeFacts facts, Optional<String> others) {}

  /// The same for a proposal of these versions. What may run automatically MUST be asked this way
  /// where the versions are known.
  public InForce standing(
      TenantTransaction transaction, ScopeKey key, String versions, Instant at) {
    var found = store.find(transaction, key);
    if (found.isEmpty()) {
      return new InForce(Stage.OBSERVE, ScopeFacts.NONE, Optional.empty());
    }
    var scope = found.get();
    var stage = inForce(transaction, scope, at);
    var proven = scope.state().provenFor(versions);
    var allowed = proven.compareTo(stage) < 0 ? proven : stage;
    return new InForce(
        stage,
        ScopeFacts.of(allowed, scope.state(), scope.recent()),
        scope.state().versions().filter(named -> !named.equals(versions)));
  }

  /// Whether the event would change the stage now; stores nothing. An answer of no does not bind:
  /// another event may come first, and then [#observe] throws [RulesMustChange].
  public boolean wouldChange(TenantTransaction transaction, ScopeKey key, TrustEvent event) {
    var scope =
        store
            .find(transaction, key)
            .orElseGet(() ->
                new StoredScope(
                    new UUID(0, 0),
                    key,
                    TrustState.start(event.at()),
                    Recent.NOTHING,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
    var fold = new TrustFold(store.setting(transaction));
    var due = folds.due(transaction, scope, scope.state(), event.at());
    if (folds.part(due)) {
      return true; // More than can be weighed in one go: say what does no harm if it is wrong.
    }
    var waiting = folds.waiting(transaction, scope.id(), scope.state());
    var settled = fold.settle(scope.state(), event.at(), due, waiting);
    if (settled.state().counted() - scope.state().counted() == ScopeFolds.WAITING_PART) {
      return true;
    }
    var known =
        settled.remembered().stream()
            .filter(memory -> event.concerns().filter(memory.proposalId()::equals).isPresent())
            .findFirst()
            .or(() -> folds.known(transaction, scope.id(), event));
    var step = fold.apply(settled.state(), event, known, List.of(), List.of());
    return !settled.changes().isEmpty() || !step.changes().isEmpty();
  }

  /// Counts events into the scope, in their order; it is made at observe if it was never seen.
  ///
  /// @param events at least one
  public StageMoves observe(TenantTransaction transaction, ScopeKey key, List<TrustEvent> events) {
    var held = folds.open(transaction, key, events.getFirst());
    events.forEach(held::fold);
    return held.write();
  }

  /// The same with one event.
  public StageMoves observe(TenantTransaction transaction, ScopeKey key, TrustEvent event) {
    return observe(transaction, key, List.of(event));
  }

  /// Counts an event of a proposal of these versions. If the scope's evidence is of others, it
  /// first begins anew for these.
  public StageMoves observe(
      TenantTransaction transaction, ScopeKey key, String versions, TrustEvent event) {
    var held = folds.open(transaction, key, event);
    if (!held.state().versions().equals(Optional.of(versions))) {
      held.fold(new TrustEvent.VersionsChanged(versions, event.at()));
    }
    return held.fold(event).write();
  }

  /// Signs the step to `to` that the evidence recommends.
  ///
  /// Throws [Refusal.NotFound] for an unknown scope, and [Refusal.Conflict] with everything that is
  /// missing if the step is not recommended.
  ///
  /// @param by the actor, as the ledger names him
  public StageMoves sign(
      TenantTransaction transaction, UUID scopeId, Stage to, String by, Instant at) {
    var signed = new StageSigned(to, by, at);
    var held = folds.opened(transaction, locked(transaction, scopeId), signed).settle(at);
    var step = Recommendation.of(held.state(), held.setting());
    if (step.filter(recommended -> recommended.to() == to).isEmpty()) {
      throw new Refusal.Conflict(
          "not_the_next_stage",
          "the scope is at `" + held.state().stage().word() + "`, one step is taken at a time");
    }
    if (!step.get().given()) {
      throw new Refusal.Conflict(
          "promotion_not_earned",
          "the evidence does not recommend the step to `" + to.word() + "`",
          step.get().missing().stream()
              .map(missing ->
                  new Violation(
                      "",
                      missing.name(),
                      "needs " + missing.needed() + ", there is " + missing.present()))
              .toList());
    }
    return held.fold(signed).write();
  }

  /// Lowers the stage on a person's word; from then on only a signature raises it.
  ///
  /// Throws [Refusal.NotFound] for an unknown scope and [Refusal.Conflict] if `to` is not lower.
  public StageMoves lower(
      TenantTransaction transaction, UUID scopeId, Stage to, String by, Instant at) {
    var scope = locked(transaction, scopeId);
    var stage = scope.state().stage();
    if (to.compareTo(stage) >= 0) {
      throw new Refusal.Conflict(
          "not_a_lower_stage", "the scope is at `" + stage.word() + "` and can only be lowered");
    }
    var lowered = new StageLowered(to, by, at);
    return folds.opened(transaction, scope, lowered).fold(lowered).write();
  }

  /// Makes a scope that is split off another one.
  ///
  /// Throws [Refusal.NotFound] for an unknown one, and [Refusal.Conflict] if the new one is the
  /// same or has evidence of its own already.
  ///
  /// @param key of the new one, from that of the other
  StoredScope split(
      TenantTransaction transaction, UUID from, UnaryOperator<ScopeKey> key, Instant at) {
    var parent = locked(transaction, from);
    var wanted = key.apply(parent.key());
    if (wanted.equals(parent.key())) {
      throw new Refusal.Conflict("same_scope", "a scope is not split off itself");
    }
    var fresh = store.lock(transaction, wanted, ids.next(), at, clock.instant());
    if (!fresh.state().untouched()) {
      throw new Refusal.Conflict(
          "scope_has_evidence", "the scope `" + fresh.id() + "` has evidence of its own already");
    }
    var state = parent.state().split(at, fresh.state().ordinal());
    var made = fresh.split(state);
    store.write(transaction, made, true, clock.instant());
    return made;
  }

  /// Scopes, newest first.
  ///
  /// @param limit 1 to 100
  /// @param cursor as the page before gave it
  public ScopePage list(TenantTransaction transaction, int limit, Optional<String> cursor) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw new Refusal.Invalid("limit", "out_of_range", "must be from 1 to " + LARGEST_PAGE);
    }
    var before =
        cursor.map(text ->
            Ids.parse(text)
                .orElseThrow(() ->
                    new Refusal.Invalid("cursor", "wrong_value", "is no cursor of this list")));
    // One more than asked for tells whether there is another page.
    var found = store.list(transaction, limit + 1, before);
    var page = found.subList(0, Math.min(limit, found.size()));
    var next =
        found.size() > limit
            ? Optional.of(page.getLast().id().toString())
            : Optional.<String>empty();
    return new ScopePage(views(transaction, page), next);
  }

  /// One scope; throws [Refusal.NotFound] for an unknown one.
  public JsonObject one(TenantTransaction transaction, UUID scopeId) {
    var scope = store.find(transaction, scopeId).orElseThrow(() -> unknown(scopeId));
    return views(transaction, List.of(scope)).getFirst();
  }

  private List<JsonObject> views(TenantTransaction transaction, List<StoredScope> page) {
    var setting = store.setting(transaction);
    var now = clock.instant();
    var ids = page.stream().map(StoredScope::id).toList();
    var lowering = alarms.lowering(transaction, ids, now, MOST_ALARMS);
    return page.stream()
        .map(scope ->
            ScopeView.of(scope, setting, lowering.getOrDefault(scope.id(), List.of()), now))
        .toList();
  }

  /// A scope with what it has earned at some moment.
  public record Earned(StoredScope scope, Setting setting) {}

  /// What a scope has earned by `now`: an idle one has dropped, and what is overdue has counted,
  /// even if no event said so yet. In a demo tenant, whose time is made up, as of its last event.
  /// Throws [Refusal.NotFound] for an unknown one, and [Refusal.Conflict] where more is overdue
  /// than can be weighed in one go.
  Earned earned(TenantTransaction transaction, UUID scopeId, Instant now) {
    var scope = store.find(transaction, scopeId).orElseThrow(() -> unknown(scopeId));
    var setting = store.setting(transaction);
    var at = setting.profile() == Profile.DEMO ? scope.state().time() : now;
    var due = folds.due(transaction, scope, scope.state(), at);
    if (folds.part(due)) {
      throw new Refusal.Conflict(
          "too_much_overdue", "more outcomes are overdue than can be weighed at once; try again");
    }
    var fold = new TrustFold(setting);
    var state =
        fold.settle(scope.state(), at, due, folds.waiting(transaction, scope.id(), scope.state()))
            .state();
    long before = scope.state().counted();
    // What waits further back is no other proposal's than before, so nothing has to be remembered.
    while (state.counted() - before == ScopeFolds.WAITING_PART) {
      before = state.counted();
      state =
          fold.settle(state, at, List.of(), folds.waiting(transaction, scope.id(), state)).state();
    }
    return new Earned(scope.at(state), setting);
  }

  /// Sets how the tenant's trust is earned. Stages stay as they are, and what was counted is
  /// weighed by the new budgets from then on. MUST be called in a transaction that may change
  /// rules.
  public void set(TenantTransaction transaction, Setting setting) {
    store.set(transaction, setting);
    transaction.raise(Generation.Counter.TRUST);
  }

  private Stage inForce(TenantTransaction transaction, StoredScope scope, Instant at) {
    var due = folds.due(transaction, scope, scope.state(), at);
    // What waits to be counted promotes nobody by itself, so it is left out.
    var settled =
        new TrustFold(store.setting(transaction)).settle(scope.state(), at, due, List.of());
    var stage = settled.state().stage();
    // With more overdue than can be weighed in one go nothing runs by itself: fail closed.
    return folds.part(due) && stage.automatic() ? Stage.PROPOSE : stage;
  }

  private StoredScope locked(TenantTransaction transaction, UUID scopeId) {
    return store.lock(transaction, scopeId).orElseThrow(() -> unknown(scopeId));
  }

  private static Refusal.NotFound unknown(UUID scopeId) {
    return new Refusal.NotFound("trust_scope", scopeId.toString());
  }
}
