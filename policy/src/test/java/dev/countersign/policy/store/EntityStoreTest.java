package dev.countersign.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.StoredEntities;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EntityStoreTest {
  private static final PolicyDatabase DATABASE = PolicyDatabase.create();

  private final EntityStore store = new EntityStore();
  private final EntityCache cache = new EntityCache(store);

  @Test
  void whatIsPutIsFoundAndReplacedAndRemoved() {
    var tenant = DATABASE.tenant(101);
    var entity = entity("a", 1);
    change(tenant, transaction -> store.put(transaction, entity));
    change(tenant, transaction -> store.put(transaction, entity("a", 2)));
    assertThat(found(tenant, entity.key())).contains(entity("a", 2));
    var some = List.of(entity.key(), new EntityKey("user", "b"), new EntityKey("robot", "a"));
    assertThat(read(tenant, transaction -> store.find(transaction, some)).properties())
        .containsOnlyKeys(entity.key());
    change(
        tenant,
        transaction -> {
          assertThat(store.remove(transaction, entity.key())).isTrue();
          assertThat(store.remove(transaction, entity.key())).isFalse();
        });
  }

  @Test
  void aPageFollowsTheCodePoints() {
    var tenant = DATABASE.tenant(102);
    change(
        tenant,
        transaction ->
            List.of("b", "a", "B", "é", "10", "9")
                .forEach(id -> store.put(transaction, entity(id, 1))));
    assertThat(page(tenant, "", 10)).containsExactly("10", "9", "B", "a", "b", "é");
    assertThat(page(tenant, "9", 2)).containsExactly("B", "a");
    assertThat(page(tenant, "é", 2)).isEmpty();
  }

  @Test
  void aTenantSeesAndChangesOnlyHisOwn() {
    var one = DATABASE.tenant(103);
    var other = DATABASE.tenant(104);
    change(one, transaction -> store.put(transaction, entity("a", 1)));
    var key = new EntityKey("user", "a");
    assertThat(found(other, key)).isEmpty();
    assertThat(page(other, "", 10)).isEmpty();
    change(other, transaction -> assertThat(store.remove(transaction, key)).isFalse());
    assertThat(found(one, key)).isPresent();
    assertThatThrownBy(() ->
            change(
                other,
                transaction ->
                    transaction
                        .handle()
                        .execute(
                            "insert into policy.entity (tenant_id, type, id, properties)"
                                + " values (?, 'user', 'x', '{}')",
                            one.value())))
        .isInstanceOf(DatabaseFailure.class);
  }

  @Test
  void whatIsAtHandBelongsToItsGeneration() {
    var tenant = DATABASE.tenant(105);
    var keys = List.of(new EntityKey("user", "a"), new EntityKey("user", "nobody"));
    long before = generation(tenant);
    assertThat(cache.cached(tenant, before, keys)).isEmpty();
    var nothing = read(tenant, transaction -> cache.load(transaction, keys));
    assertThat(nothing).isEqualTo(StoredEntities.NONE);
    assertThat(cache.cached(tenant, before, keys)).contains(StoredEntities.NONE);
    change(tenant, transaction -> store.put(transaction, entity("a", 1)));
    long after = generation(tenant);
    assertThat(after).isGreaterThan(before);
    assertThat(cache.cached(tenant, after, keys)).isEmpty();
    var loaded = read(tenant, transaction -> cache.load(transaction, keys));
    assertThat(loaded.properties()).containsOnlyKeys(keys.getFirst());
    assertThat(cache.cached(tenant, after, keys)).contains(loaded);
    assertThat(cache.cached(DATABASE.tenant(106), after, keys)).isEmpty();
  }

  private static Entity entity(String id, int value) {
    return new Entity("user", id, Json.object().put("value", value).build());
  }

  private Optional<Entity> found(TenantId tenant, EntityKey key) {
    return read(tenant, transaction -> store.find(transaction, key));
  }

  private List<String> page(TenantId tenant, String after, int limit) {
    return read(tenant, transaction -> store.page(transaction, "user", after, limit)).stream()
        .map(Entity::id)
        .toList();
  }

  private static long generation(TenantId tenant) {
    return read(tenant, transaction -> transaction.generation().policies());
  }

  private static <T> T read(TenantId tenant, Function<TenantTransaction, T> work) {
    return DATABASE.transactions.run(tenant, Rules.READ, work::apply);
  }

  private static void change(TenantId tenant, Consumer<TenantTransaction> work) {
    DATABASE.transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          work.accept(transaction);
          transaction.raise(Counter.POLICIES);
          return true;
        });
  }
}
