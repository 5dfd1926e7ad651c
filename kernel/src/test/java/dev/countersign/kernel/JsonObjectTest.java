package dev.countersign.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import java.util.HashMap;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  private static final String LONE_SURROGATE = "\ud800";

  @Test
  void whatItWasMadeOfDoesNotReachIntoIt() {
    var members = new HashMap<String, Json>();
    members.put("a", Json.of(1));
    var object = new JsonObject(members);
    members.put("b", Json.of(2));
    assertThat(object).hasToString("{\"a\":1}");
    assertThatThrownBy(() -> object.members().put("b", Json.of(2)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void whatIsAddedToItsBuilderLaterIsInTheNextOneAlone() {
    var builder = Json.object().put("a", 1);
    var first = builder.build();
    var same = builder.build();
    var second = builder.put("b", 2).build();
    var third = builder.put("c", 3).build();
    assertThat(first).hasToString("{\"a\":1}").isEqualTo(same);
    assertThat(second).hasToString("{\"a\":1,\"b\":2}");
    assertThat(third).hasToString("{\"a\":1,\"b\":2,\"c\":3}");
  }

  @Test
  void anotherMemberIsInACopy() {
    var object = (JsonObject) JsonReader.read("{\"a\":1}", 1);
    assertThat(object.with("b", Json.of(2))).hasToString("{\"a\":1,\"b\":2}");
    assertThat(object.with("a", Json.of(2))).hasToString("{\"a\":2}");
    assertThat(object).hasToString("{\"a\":1}");
  }

  @Test
  void aNameIsWellFormedWhateverItComesFrom() {
    assertThatThrownBy(() -> Json.object().put(LONE_SURROGATE, 1).build())
        .hasMessageContaining("lone surrogate");
    assertThatThrownBy(() -> JsonObject.EMPTY.with(LONE_SURROGATE, Json.of(1)))
        .hasMessageContaining("lone surrogate");
  }
}
