package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.testkit.Property;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StoredEntitiesTest {

  @Test
  void whatIsStoredWinsAndWhatIsNotStoredIsBelieved() {
    Property.holdsFor(
        200,
        random -> {
          var stored = properties(random);
          var declared = new Entity("user", "a", properties(random));
          var merged =
              new StoredEntities(new TreeMap<>(Map.of(declared.key(), stored)))
                  .merged(declared)
                  .properties();
          for (var name : new String[] {"a", "b", "c", "d"}) {
            assertThat(merged.member(name))
                .isEqualTo(stored.member(name).or(() -> declared.properties().member(name)));
          }
        });
  }

  @Test
  void anEntityOfAnotherTypeOrIdIsAnother() {
    var stored =
        new StoredEntities(
            new TreeMap<>(Map.of(new EntityKey("user", "a"), Json.object().put("x", 1).build())));
    for (var other : new Entity[] {new Entity("user", "b"), new Entity("robot", "a")}) {
      assertThat(stored.knows(other)).isFalse();
      assertThat(stored.merged(other)).isEqualTo(other);
    }
  }

  private static JsonObject properties(RandomGenerator random) {
    var properties = Json.object();
    for (var name : new String[] {"a", "b", "c", "d"}) {
      if (random.nextBoolean()) {
        properties.put(name, random.nextInt(100));
      }
    }
    return properties.build();
  }
}
