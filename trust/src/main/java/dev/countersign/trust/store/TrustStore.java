package dev.countersign.trust.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Bound;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.EarnedStage;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Remembered;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.ScoreWeights;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.predict.anomaly.CountedHour;
import dev.countersign.trust.predict.features.Recent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Reads and writes the tables of the schema `trust`, always of the transaction's tenant.
///
/// Safe for use by many threads, each with its own transaction.
public final class TrustStore {
  private static final int MOST_TENANTS = 1_000;

  private final KnownStates states = new KnownStates();
  private final Cache<TenantId, Counted> settings =
      Caffeine.newBuilder().maximumSize(MOST_TENANTS).build();

  /// A setting as it was read under a count of the tenant's changes of trust.
  private record Counted(long count, Setting setting) {}

  private static final String COLUMNS =
      """
      select scope_id, site, queue, action_type, role_context, state, recent, version, hour, next_due, earned
      from trust.scope \
      """;

  private static final String OF_KEY =
      "where site = :site and queue = :queue and action_type = :action and role_context = :role";

  // How many are wanted stands in the text: by a parameter the planner can't tell that it is few,
  // and plans anew each time that it is asked.
  private static final String NEEDED_OF_KEY =
      """
      with scope as materialized (select scope_id from trust.scope <of key>)
      select content, true as asked from trust.memory
      where scope_id = (select scope_id from scope) and proposal_id = :proposal
      union all
      (select content, false from trust.memory
       where scope_id = (select scope_id from scope) and turn is not null
       order by turn limit <limit>)\
      """
          .replace("<of key>", OF_KEY);

  /// Stands for no proposal.
  private static final UUID NONE = new UUID(0, 0);

  /// As many scopes of one action type may be new at the same moment.
  private static final int MOST_TRIES = 100;

  /// Larger than any id of version 7.
  private static final UUID BEHIND_ALL = new UUID(-1, -1);

  /// The tenant's setting, or the strictest if it set nothing. Whoever changes it raises the
  /// tenant's counter of trust, so what was read under a count is what holds under it.
  public Setting setting(TenantTransaction transaction) {
    long count = transaction.generation().trust();
    var known = settings.getIfPresent(transaction.tenant());
    // In a transaction that may change it, what is read may still be undone.
    if (known != null && known.count() == count && !transaction.mayChangeRules()) {
      return known.setting();
    }
    var read = read(transaction);
    if (!transaction.mayChangeRules()) {
      settings.put(transaction.tenant(), new Counted(count, read));
    }
    return read;
  }

  private static Setting read(TenantTransaction transaction) {
    return transaction
        .query("select profile, promotion, budgets, severities, risk, weights from trust.setting")
        .map((row, _) -> setting(row))
        .findOne()
        .orElse(Setting.STRICTEST);
  }

  public void set(TenantTransaction transaction, Setting setting) {
    transaction
        .update(
            """
            insert into trust.setting (tenant_id, profile, promotion, budgets, severities, risk, weights)
            values (:tenant, :profile, :promotion, :budgets, :severities, :risk, :weights)
            on conflict (tenant_id) do update
              set profile = excluded.profile, promotion = excluded.promotion,
                budgets = excluded.budgets, severities = excluded.severities, risk = excluded.risk,
                weights = excluded.weights\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("profile", setting.profile().word())
        .bind("promotion", setting.promotion().word())
        .bind("budgets", setting.budgets().stream().map(HarmBudget::rate).toArray(Double[]::new))
        .bind(
            "severities",
            setting.budgets().stream().map(budget -> budget.from().word()).toArray(String[]::new))
        .bind("risk", setting.risk())
        .bind("weights", stored(setting.weights()))
        .later();
  }

  /// The scope of this key, if it was seen before.
  public Optional<StoredScope> find(TenantTransaction transaction, ScopeKey key) {
    return bound(transaction.query(COLUMNS + OF_KEY), key).map((row, _) -> scope(row)).findOne();
  }

  /// The scope of this id, if the tenant has one.
  public Optional<StoredScope> find(TenantTransaction transaction, UUID scopeId) {
    return transaction
        .query(COLUMNS + "where scope_id = :id")
        .bind("id", scopeId)
        .map((row, _) -> scope(row))
        .findOne();
  }

  /// A scope with what its next event mostly needs of it.
  ///
  /// @param asked the proposal that was asked about
  /// @param memory of that one, if there is one
  /// @param waiting the first proposals that wait to be counted
  public record Opened(
      StoredScope scope,
      Optional<UUID> asked,
      Optional<Remembered> memory,
      List<Remembered> waiting) {
    public Opened {
      waiting = List.copyOf(waiting);
    }
  }

  /// The scope of this key, locked until the transaction ends; made if it was never seen, as the
  /// next one of its action type.
  ///
  /// @param fresh the id that it gets if it is new
  /// @param seen the time of the event with which it is new
  public StoredScope lock(
      TenantTransaction transaction, ScopeKey key, UUID fresh, Instant seen, Instant now) {
    return open(transaction, key, Optional.empty(), 1, fresh, seen, now).scope();
  }

  /// The same, with what it remembers of a proposal and at most `limit` of those that wait to be
  /// counted, in one round trip.
  public Opened open(
      TenantTransaction transaction,
      ScopeKey key,
      Optional<UUID> proposal,
      int limit,
      UUID fresh,
      Instant seen,
      Instant now) {
    // Another scope of the action type may take the number first; then the next one is tried.
    for (int i = 0; i < MOST_TRIES; i++) {
      var scope = locked(transaction, key).ahead();
      // Sends both, in this order; the lock is held when the other looks.
      var needed =
          bound(transaction.query(NEEDED_OF_KEY.replace("<limit>", Integer.toString(limit))), key)
              .bind("proposal", proposal.orElse(NONE))
              .map((row, _) -> new Needed(remembered(row), row.getBoolean("asked")))
              .list();
      if (scope.findOne().isPresent()) {
        return opened(scope.one(), proposal, needed);
      }
      make(transaction, key, fresh, seen, now);
    }
    throw new IllegalStateException("a scope vanished as it was made");
  }

  /// What a scope remembers of a proposal.
  ///
  /// @param asked about; else it waits to be counted
  private record Needed(Remembered memory, boolean asked) {}

  private static Opened opened(StoredScope scope, Optional<UUID> proposal, List<Needed> needed) {
    return new Opened(
        scope,
        proposal,
        needed.stream().filter(Needed::asked).map(Needed::memory).findFirst(),
        needed.stream()
            .filter(one -> !one.asked())
            .map(Needed::memory)
            .sorted(
                Comparator.comparingLong((Remembered memory) -> memory.waitingTurn().orElseThrow()))
            .toList());
  }

  private void make(
      TenantTransaction transaction, ScopeKey key, UUID fresh, Instant seen, Instant now) {
    long ordinal = next(transaction, key.actionType());
    var start = TrustState.start(seen, ordinal);
    // Whoever comes second waits here for the first, then finds his row.
    bound(
            transaction.update(
                """
                insert into trust.scope (tenant_id, scope_id, site, queue, action_type, role_context, ordinal, stage, state, version, updated_at)
                values (:tenant, :id, :site, :queue, :action, :role, :ordinal, :stage, :state, 0, :now)
                on conflict do nothing\
                """),
            key)
        .bind("tenant", transaction.tenant().value())
        .bind("id", fresh)
        .bind("ordinal", ordinal)
        .bind("stage", start.stage().word())
        .bind("state", states.write(start))
        .bind("now", Timestamp.from(now))
        .later();
  }

  /// The number of the next scope of an action type, from 1.
  private static long next(TenantTransaction transaction, String actionType) {
    return transaction
        .query("select coalesce(max(ordinal), 0) + 1 from trust.scope where action_type = :action")
        .bind("action", actionType)
        .mapTo(Long.class)
        .one();
  }

  /// The scope of this id, locked until the transaction ends.
  public Optional<StoredScope> lock(TenantTransaction transaction, UUID scopeId) {
    return transaction
        .query(COLUMNS + "where scope_id = :id for update")
        .bind("id", scopeId)
        .map((row, _) -> scope(row))
        .findOne();
  }

  /// Writes a scope that this transaction has locked, after what it remembers.
  ///
  /// @param dueMoved whether the deadline that lies next is to be found among what it remembers;
  ///   else it is the one that the scope names
  public void write(
      TenantTransaction transaction, StoredScope scope, boolean dueMoved, Instant now) {
    var update =
        transaction
            .update(WRITE.replace("<next due>", dueMoved ? FOUND_DUE : ":due"))
            .bind("id", scope.id())
            .bind("hour", scope.hour().map(counted -> counted.toJson().toString()).orElse(null))
            .bind("stage", scope.state().stage().word())
            .bind("state", states.write(scope.state()))
            .bind("recent", scope.recent().toJson().toString())
            .bind("earned", scope.earned().map(by -> by.toJson().toString()).orElse(null))
            .bind("version", scope.version())
            .bind("now", Timestamp.from(now));
    if (!dueMoved) {
      update.bind("due", scope.nextDue().map(Timestamp::from).orElse(null));
    }
    update.later();
  }

  private static final String WRITE =
      """
      update trust.scope
      set stage = :stage, state = :state, recent = :recent, hour = :hour, version = :version, updated_at = :now,
        next_due = <next due>, earned = :earned
      where scope_id = :id\
      """;

  private static final String FOUND_DUE =
      """
      (select min(due_at) from trust.memory m
       where m.tenant_id = scope.tenant_id and m.scope_id = scope.scope_id and m.due_at is not null)\
      """;

  /// Writes the hour that is counted in a scope that this transaction has locked, and nothing else
  /// of it.
  public void count(TenantTransaction transaction, UUID scopeId, CountedHour hour) {
    transaction
        .update("update trust.scope set hour = :hour where scope_id = :id")
        .bind("id", scopeId)
        .bind("hour", hour.toJson().toString())
        .later();
  }

  /// What the scope remembers of a proposal.
  public Optional<Remembered> memory(TenantTransaction transaction, UUID scopeId, UUID proposalId) {
    return transaction
        .query(
            "select content from trust.memory where scope_id = :scope and proposal_id = :proposal")
        .bind("scope", scopeId)
        .bind("proposal", proposalId)
        .map((row, _) -> remembered(row))
        .findOne();
  }

  /// The executions whose deadline lies before `now`, earliest first, at most `limit`.
  public List<Remembered> due(TenantTransaction transaction, UUID scopeId, Instant now, int limit) {
    return transaction
        .query(
            """
            select content from trust.memory where scope_id = :scope and due_at < :now
            order by due_at, proposal_id limit <limit>\
            """
                .replace("<limit>", Integer.toString(limit)))
        .bind("scope", scopeId)
        .bind("now", Timestamp.from(now))
        .map((row, _) -> remembered(row))
        .list();
  }

  /// The proposals that wait to be counted, behind the first `counted` of them, at most `limit`.
  public List<Remembered> waiting(
      TenantTransaction transaction, UUID scopeId, long counted, int limit) {
    return transaction
        .query(
            """
            select content from trust.memory where scope_id = :scope and turn > :counted
            order by turn limit <limit>\
            """
                .replace("<limit>", Integer.toString(limit)))
        .bind("scope", scopeId)
        .bind("counted", counted)
        .map((row, _) -> remembered(row))
        .list();
  }

  /// Stores what a scope that this transaction has locked remembers by now.
  public void remember(TenantTransaction transaction, UUID scopeId, List<Remembered> memories) {
    for (var memory : memories) {
      var waits =
          memory.phase() == Remembered.Phase.OPEN ? memory.dueAt() : Optional.<Instant>empty();
      transaction
          .update(
              """
              insert into trust.memory (tenant_id, scope_id, proposal_id, due_at, turn, content)
              values (:tenant, :scope, :proposal, :due, :turn, :content)
              on conflict (tenant_id, scope_id, proposal_id) do update
                set due_at = excluded.due_at, turn = excluded.turn, content = excluded.content\
              """)
          .bind("tenant", transaction.tenant().value())
          .bind("scope", scopeId)
          .bind("proposal", memory.proposalId())
          .bind("due", waits.map(Timestamp::from).orElse(null))
          .bind("turn", memory.waitingTurn().orElse(null))
          .bind("content", memory.toJson().toString())
          .later();
    }
  }

  /// Scopes by id, newest first, from behind `before` on.
  public List<StoredScope> list(TenantTransaction transaction, int limit, Optional<UUID> before) {
    return transaction
        .query(
            COLUMNS
                + """
                where scope_id < :before
                order by scope_id desc limit :limit\
                """)
        .bind("before", before.orElse(BEHIND_ALL))
        .bind("limit", limit)
        .map((row, _) -> scope(row))
        .list();
  }

  private Query.Rows<StoredScope> locked(TenantTransaction transaction, ScopeKey key) {
    return bound(transaction.query(COLUMNS + OF_KEY + " for update"), key)
        .map((row, _) -> scope(row));
  }

  private static <S extends Bound<S>> S bound(S statement, ScopeKey key) {
    return statement
        .bind("site", key.site())
        .bind("queue", key.queue())
        .bind("action", key.actionType())
        .bind("role", key.roleContext());
  }

  private StoredScope scope(ResultSet row) throws SQLException {
    return new StoredScope(
        row.getObject("scope_id", UUID.class),
        new ScopeKey(
            row.getString("site"),
            row.getString("queue"),
            row.getString("action_type"),
            row.getString("role_context")),
        states.read(row.getString("state")),
        Optional.ofNullable(row.getString("recent"))
            .map(text -> Recent.fromJson(JsonReader.readObject(text)))
            .orElse(Recent.NOTHING),
        row.getLong("version"),
        Optional.ofNullable(row.getString("hour"))
            .map(hour -> CountedHour.fromJson(JsonReader.readObject(hour))),
        Columns.optionalTime(row, "next_due"),
        Optional.ofNullable(row.getString("earned"))
            .map(text -> EarnedStage.fromJson(JsonReader.readObject(text))));
  }

  private static Remembered remembered(ResultSet row) throws SQLException {
    return Remembered.fromJson(JsonReader.readObject(row.getString("content")));
  }

  private static Setting setting(ResultSet row) throws SQLException {
    var rates = (Double[]) row.getArray("budgets").getArray();
    var severities = (String[]) row.getArray("severities").getArray();
    var budgets = new ArrayList<HarmBudget>();
    for (int i = 0; i < rates.length; i++) {
      budgets.add(new HarmBudget(rates[i], known(Severity.parse(severities[i]))));
    }
    return new Setting(
        known(Profile.parse(row.getString("profile"))),
        known(Promotion.parse(row.getString("promotion"))),
        budgets,
        row.getDouble("risk"),
        weights((Integer[]) row.getArray("weights").getArray()));
  }

  private static Integer[] stored(ScoreWeights weights) {
    return new Integer[] {
      weights.reliability(),
      weights.alignment(),
      weights.safety(),
      weights.value(),
      weights.overrides()
    };
  }

  private static ScoreWeights weights(Integer[] units) {
    return new ScoreWeights(units[0], units[1], units[2], units[3], units[4]);
  }

  private static <T> T known(Optional<T> word) {
    return word.orElseThrow(() -> new IllegalStateException("a stored setting is unknown"));
  }
}
