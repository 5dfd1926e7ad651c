package dev.countersign.kernel.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/// An open transaction of one tenant. For use by the thread that opened it, until its work returns.
public final class TenantTransaction {
  private final Handle handle;
  private final TenantId tenant;
  private final Generation generation;
  private final Rules rules;

  TenantTransaction(Handle handle, TenantId tenant, Generation generation, Rules rules) {
    this.handle = handle;
    this.tenant = tenant;
    this.generation = generation;
    this.rules = rules;
  }

  /// The statements' way in; row-level security confines them to [#tenant].
  public Handle handle() {
    return handle;
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
    handle.execute("update kernel.everywhere set gates = gates + 1");
  }

  /// Says that rules changed; throws [RulesMustChange] in a transaction that was not opened with
  /// [Rules#CHANGE].
  public void raise(Generation.Counter counter) {
    if (!mayChangeRules()) {
      throw new RulesMustChange();
    }
    String column = counter.name().toLowerCase(Locale.ROOT);
    handle
        .createUpdate(
            "update kernel.generation set <column> = <column> + 1 where tenant_id = :tenant"
                .replace("<column>", column))
        .bind("tenant", tenant.value())
        .execute();
  }
}
