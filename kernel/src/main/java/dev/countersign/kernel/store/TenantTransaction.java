package dev.countersign.kernel.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/// An open transaction of one tenant. For use by the thread that opened it, until its work returns.
///
/// Statements that nobody waits for are left for later ([Update#later]) and travel with the next
/// one that somebody waits for: on busy cores each answer that is waited for costs as much as the
/// work. Row-level security confines all of them to [#tenant].
public final class TenantTransaction {
  private final Handle handle;
  private final Pipeline pipeline;
  private final TenantId tenant;
  private final Generation generation;
  private final Rules rules;

  TenantTransaction(Handle handle, TenantId tenant, Generation generation, Rules rules) {
    this.handle = handle;
    this.pipeline = new Pipeline(handle.getConnection());
    this.tenant = tenant;
    this.generation = generation;
    this.rules = rules;
  }

  /// Rows are asked for. Parameters stand as `:name`.
  public Query query(String sql) {
    return new Query(this, sql);
  }

  /// Rows are changed. Parameters stand as `:name`.
  public Update update(String sql) {
    return new Update(this, sql);
  }

  /// The way in for what the two others cannot do. What was left for later is sent before.
  public Handle handle() {
    pipeline.flush();
    return handle;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  /// Begins a part that can be undone by itself.
  public void savepoint(String name) {
    handle().savepoint(name);
  }

  public void release(String name) {
    handle().releaseSavepoint(name);
  }

  /// Undoes the part, and with it what it left for later.
  public void undo(String name) {
    pipeline.discard();
    handle.rollbackToSavepoint(name);
  }

  public TenantId tenant() {
    return tenant;
  }

  /// The counters under which this transaction decides; stable until it ends unless it raises one.
  public Generation generation() {
    return generation;
  }

  /// Whether it was opened to change rules, so that what it reads of them may still be undone.
  public boolean mayChangeRules() {
    return rules == Rules.CHANGE || rules == Rules.CHANGE_EVERYWHERE;
  }

  /// Says that gates or freezes changed for every tenant; MUST be called in a transaction opened
  /// with [Rules#CHANGE_EVERYWHERE].
  public void raiseEverywhere() {
    if (rules != Rules.CHANGE_EVERYWHERE) {
      throw new IllegalStateException("what holds everywhere may only change under its lock");
    }
    handle().execute("update kernel.everywhere set gates = gates + 1");
  }

  /// Says that rules changed; throws [RulesMustChange] in a transaction that was not opened with
  /// [Rules#CHANGE].
  public void raise(Generation.Counter counter) {
    if (!mayChangeRules()) {
      throw new RulesMustChange();
    }
    String column = counter.name().toLowerCase(Locale.ROOT);
    update(
            "update kernel.generation set <column> = <column> + 1 where tenant_id = :tenant"
                .replace("<column>", column))
        .bind("tenant", tenant.value())
        .execute();
  }
}
