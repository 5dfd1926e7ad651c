package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Entity;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is known of subjects and resources, and what that means for questions about them.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class EntitiesTest extends AccessQuestions {
  @Test
  void whatIsStoredWinsOverWhatIsDeclared() {
    var path = "/v1/entities/record/r%2F1";
    var put = http.put(tenant.admin(), path, "{\"properties\":{\"owner\":\"bob\"}}");
    assertThat(put.status()).as(put.body()).isEqualTo(200);
    assertThat(put.text("id")).isEqualTo("r/1");
    assertThat(decision(asked(question("alice", "read", "r/1", "alice")).json())).isFalse();
    assertThat(decision(asked(question("bob", "read", "r/1", "alice")).json())).isTrue();

    http.put(tenant.admin(), "/v1/entities/user/bob", "{\"properties\":{\"suspended\":true}}");
    var suspended = asked(question("bob", "read", "r/1", "bob")).json();
    assertThat(context(suspended).text("reason")).hasValue("suspended");
    var talked =
        question("bob", "read", "r/1", "bob")
            .with(
                "subject",
                Json.object()
                    .put("type", "user")
                    .put("id", "bob")
                    .put("properties", Json.object().put("suspended", false).build())
                    .build());
    assertThat(decision(asked(talked).json())).isFalse();
    assertThat(http.delete(tenant.admin(), "/v1/entities/user/bob").status()).isEqualTo(200);
    assertThat(decision(asked(question("bob", "read", "r/1", "bob")).json())).isTrue();
    assertThat(http.delete(tenant.admin(), "/v1/entities/user/bob").code())
        .isEqualTo("entity_not_found");
  }

  @Test
  void entitiesAreListedByTypeAndBelongToTheirTenant() {
    for (var id : List.of("b", "a", "C", "ü")) {
      tenants.store(tenant, List.of(new Entity("user", id)));
    }
    tenants.store(tenant, List.of(new Entity("other", "x")));
    var first = http.get(tenant.admin(), "/v1/entities?type=user&limit=2").json();
    assertThat(ids(first)).containsExactly("C", "a");
    var cursor = first.text("next_cursor").orElseThrow();
    var second =
        http.get(tenant.auditor(), "/v1/entities?type=user&limit=2&cursor=" + cursor).json();
    assertThat(ids(second)).containsExactly("b", "ü");
    assertThat(second.member("next_cursor")).isEmpty();
    assertThat(http.get(tenant.admin(), "/v1/entities").status()).isEqualTo(400);
    assertThat(http.get(tenant.admin(), "/v1/entities/user/a").status()).isEqualTo(200);
    var stranger = tenants.create();
    assertThat(http.get(stranger.admin(), "/v1/entities/user/a").status()).isEqualTo(404);
    assertThat(http.delete(stranger.admin(), "/v1/entities/user/a").status()).isEqualTo(404);
    assertThat(ids(http.get(stranger.admin(), "/v1/entities?type=user").json())).isEmpty();
  }

  private static List<String> ids(JsonObject page) {
    return page.items("entities").stream()
        .map(each -> ((JsonObject) each).text("id").orElseThrow())
        .toList();
  }

  @Test
  void anEntityIsBounded() {
    var path = "/v1/entities/user/a";
    for (var body :
        List.of(
            "{}",
            "{\"properties\":1}",
            "{\"properties\":{},\"more\":1}",
            "{\"properties\":{\"a\":\"" + "x".repeat(9 * 1024) + "\"}}",
            "{\"properties\":" + "{\"a\":".repeat(11) + "1" + "}".repeat(12))) {
      assertThat(http.put(tenant.admin(), path, body).status()).as(body).isEqualTo(400);
    }
    var long301 = "a".repeat(301);
    assertThat(
            http.put(tenant.admin(), "/v1/entities/user/" + long301, "{\"properties\":{}}")
                .status())
        .isEqualTo(400);
    assertThat(http.put(tenant.admin(), "/v1/entities/user/%00", "{\"properties\":{}}").status())
        .isEqualTo(400);
    assertThat(http.get(tenant.admin(), "/v1/entities/user/" + long301).status()).isEqualTo(404);
  }

  @Test
  void theLargestOfAllFitsIntoItsRecord() {
    var properties = Json.object().put("a", "x".repeat(8_000)).build();
    tenants.store(
        tenant,
        List.of(new Entity("user", "big", properties), new Entity("record", "big", properties)));
    var large =
        question("big", "read", "big", "big")
            .with("context", Json.object().put("a", "x".repeat(31 * 1024)).build());
    assertThat(decision(asked(large).json())).isTrue();
  }
}
