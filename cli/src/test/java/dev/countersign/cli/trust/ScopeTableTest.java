package dev.countersign.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import org.junit.jupiter.api.Test;

class ScopeTableTest {
  @Test
  void aDemosStageIsMarkedAsOne() {
    var page =
        JsonReader.readObject(
            """
            {"scopes":[{"scope_id":"0198c0de-0000-7000-8000-000000000001","stage":"full_auto","stage_shown":"Autonomous",
              "profile":"demo","action_type":"advance","queue":"intake","site":"main","role_context":"*",
              "promotion_test":null}],"next_cursor":"x"}
            """);
    var lines = ScopeTable.of(page);
    assertThat(lines.get(0)).containsPattern("STAGE +PROFILE +ACTION");
    assertThat(lines.get(1)).containsPattern("Autonomous +demo +advance +intake +main +\\* +-$");
    assertThat(lines.get(2)).isEqualTo("there are more");
  }

  @Test
  void withoutScopesItSaysWhatMakesOne() {
    assertThat(ScopeTable.of(JsonReader.readObject("{\"scopes\":[]}")))
        .containsExactly("no scope yet: the first proposal of an action makes one");
  }
}
