package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.server.Http.Answer;
import dev.countersign.testkit.Await;
import dev.countersign.testkit.TestRedis;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What stands between a request and its route, over HTTP: each control is tried against somebody
/// whom it has to keep out.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class KeyLifeTest {
  private static final String KEYS = "/api/admin/keys";
  private static final String EVALUATE = "/api/evaluate";
  private static final String NOBODY = "ck_0000000000000000." + "A".repeat(43);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Http http;
  private String admin;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    // An administrator of his own for each test: the demo's has a limit that others use, too.
    var made =
        http.post(
            http.key("platform"),
            "/v1/tenants",
            "{\"slug\":\"keys-%d-%d\",\"name\":\"Keys\"}"
                .formatted(ProcessHandle.current().pid(), NUMBER.incrementAndGet()));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    admin = ((JsonObject) made.json().items("keys").getFirst()).text("key").orElseThrow();
  }

  private Answer make(String members) {
    var made = http.post(admin, KEYS, "{\"name\":\"robot\"" + members + "}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made;
  }

  private Answer rotate(String id, long overlap) {
    return http.post(
        admin, KEYS + "/" + id + "/rotate", "{\"overlap_seconds\":%d}".formatted(overlap));
  }

  private int status(String key, String... headers) {
    return http.get(key, "/v1/cases", headers).status();
  }

  private JsonObject listed(String id) {
    return listed(admin, id);
  }

  private JsonObject listed(String reader, String id) {
    return http.get(reader, KEYS + "?limit=100").json().items("keys").stream()
        .map(JsonObject.class::cast)
        .filter(key -> key.text("id").orElseThrow().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void rotatedKeyHasTwoSecretsUntilTheOverlapEnds() {
    var old = make(",\"limit\":100000,\"burst\":10000");
    var id = old.text("id");
    assertThat(status(old.text("key"))).isEqualTo(200);
    var fresh = rotate(id, 2);
    assertThat(fresh.status()).as(fresh.body()).isEqualTo(200);
    assertThat(fresh.text("key")).startsWith(id + ".").isNotEqualTo(old.text("key"));
    assertThat(listed(id).text("state")).contains("rotating");
    assertThat(status(old.text("key"))).isEqualTo(200);
    assertThat(status(fresh.text("key"))).isEqualTo(200);
    var again = rotate(id, 60);
    assertThat(again.status() + again.code()).isEqualTo("409already_rotating");
    Await.until("the overlap ends", PATIENCE, () -> status(old.text("key")) == 401);
    assertThat(status(fresh.text("key"))).isEqualTo(200);
    assertThat(listed(id).text("state")).contains("active");
  }

  @Test
  void rotationWithoutOverlapRevokesTheOldSecretAtOnce() {
    var old = make("");
    assertThat(status(old.text("key"))).isEqualTo(200);
    var fresh = rotate(old.text("id"), 0);
    assertThat(status(old.text("key"))).isEqualTo(401);
    assertThat(status(fresh.text("key"))).isEqualTo(200);
    var check = "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{}}";
    assertThat(http.post(old.text("key"), "/v1/check", check).status()).isEqualTo(401);
    assertThat(http.post(fresh.text("key"), "/v1/check", check).status()).isEqualTo(200);
  }

  @Test
  void expiredKeyIsRefused() {
    var end = Instant.now().plusSeconds(2);
    var key = make(",\"expires_at\":\"" + end + "\"").text("key");
    assertThat(status(key)).isEqualTo(200);
    Await.until("it expires", PATIENCE, () -> status(key) == 401);
  }

  @Test
  void keyIsRefusedFromAnotherNetworkLikeAnUnknownOne() {
    var key = make(",\"networks\":[\"203.0.113.0/24\"]").text("key");
    assertThat(status(key, "X-Forwarded-For", "203.0.113.9")).isEqualTo(200);
    var outside = http.get(key, "/v1/cases", "X-Forwarded-For", "198.51.100.9");
    var unknown = http.get(NOBODY, "/v1/cases", "X-Forwarded-For", "198.51.100.9");
    assertThat(outside.status()).isEqualTo(401);
    assertThat(outside.json().with("trace_id", unknown.json().member("trace_id").orElseThrow()))
        .isEqualTo(unknown.json());
    // What a caller writes before the proxy's own word counts for nothing.
    assertThat(status(key, "X-Forwarded-For", "203.0.113.9, 198.51.100.9")).isEqualTo(401);
  }

  @Test
  void narrowedKeyIsRefusedWhateverItsRoles() {
    var key = make(",\"roles\":[\"tenant_admin\"],\"scopes\":[\"case:read\"]").text("key");
    assertThat(status(key)).isEqualTo(200);
    var refused = http.get(key, KEYS);
    assertThat(refused.status() + refused.code()).isEqualTo("403permission_denied");
    var writer = make(",\"roles\":[\"tenant_admin\"],\"scopes\":[\"key:write\"]").text("key");
    var wider = http.post(writer, KEYS, "{\"name\":\"w\",\"roles\":[\"tenant_admin\"]}");
    assertThat(wider.status() + wider.code()).isEqualTo("403scope_exceeded");
    var problems =
        http.post(
            admin,
            KEYS,
            "{\"name\":\"x\",\"scopes\":[\"key:write\"],\"networks\":[\"10.0.0.1/8\"]}");
    assertThat(problems.json().items("problems")).hasSize(2);
  }

  @Test
  void goodKeyIsNeverCalledBadBecauseOthersChange() throws Exception {
    var maker = make(",\"roles\":[\"tenant_admin\"],\"limit\":100000,\"burst\":10000").text("key");
    var calls = new ArrayList<Callable<Answer>>();
    for (int i = 0; i < 48; i++) {
      calls.add(() -> http.post(maker, KEYS, "{\"name\":\"one of many\"}"));
    }
    try (var threads = Executors.newFixedThreadPool(12)) {
      for (var made : threads.invokeAll(calls)) {
        assertThat(made.get().status()).as(made.get().body()).isIn(201, 503);
      }
    }
  }

  @Test
  void anotherTenantsKeysAreOutOfReach() throws IOException {
    var mine = make("").text("id");
    connect();
    for (var answer : List.of(rotate(mine, 0), http.delete(admin, KEYS + "/" + mine))) {
      assertThat(answer.status() + answer.code()).isEqualTo("404api_key_not_found");
    }
    assertThat(http.get(admin, KEYS).body()).doesNotContain(mine);
    assertThat(http.get(admin, KEYS + "?cursor=" + mine).json().items("keys")).isEmpty();
  }

  @Test
  void addressThatFailsTooOftenIsShutOutAndGoodKeysBehindItAreNot() {
    var flood = new String[] {"X-Forwarded-For", "198.51.100.77"};
    var known = make("").text("key");
    var fresh = make("").text("key");
    assertThat(status(known, flood)).isEqualTo(200);
    var last = http.get(NOBODY, "/v1/cases", flood);
    for (int i = 0; i < 5_000 && last.status() == 401; i++) {
      last = http.get(i % 2 == 0 ? NOBODY : "", "/v1/cases", flood);
    }
    assertThat(last.status() + last.code()).isEqualTo("429too_many_failures");
    assertThat(last.raw().headers().firstValue("Retry-After")).isPresent();
    assertThat(status(known, flood)).as("remembered").isEqualTo(200);
    assertThat(status(NOBODY, "X-Forwarded-For", "198.51.100.78")).isEqualTo(401);
    Await.until("the bucket fills", PATIENCE, () -> status(fresh, flood) == 200);
  }

  @Test
  void goodKeysDoNotUseUpTheirAddress() {
    var here = new String[] {"X-Forwarded-For", "198.51.100.99"};
    // More than the bucket holds, each of them looked up for the first time.
    var key = make(",\"limit\":100000,\"burst\":1000").text("key");
    for (int i = 0; i < 450; i++) {
      assertThat(status(key, here)).isEqualTo(200);
    }
    assertThat(status(NOBODY, here)).isEqualTo(401);
  }

  @Test
  void everyAnswerOfAnAuthenticatedCallerShowsItsLimit() {
    var key = make(",\"limit\":60,\"burst\":6").text("key");
    var answers = new ArrayList<Answer>();
    answers.add(http.get(key, "/v1/cases"));
    answers.add(http.get(key, "/v1/cases/nonsense"));
    answers.add(http.get(key, KEYS));
    answers.add(http.post(key, "/v1/cases", "{"));
    answers.add(http.post(key, EVALUATE, ""));
    answers.add(http.get(key, "/v1/cases"));
    answers.add(http.get(key, "/v1/cases"));
    assertThat(answers).extracting(Answer::status).contains(200, 403, 400, 429);
    for (var answer : answers) {
      var headers = answer.raw().headers();
      assertThat(headers.firstValue("RateLimit-Policy")).contains("\"key\";q=60;w=60");
      assertThat(headers.firstValue("RateLimit").orElseThrow()).matches("\"key\";r=\\d;t=\\d+");
    }
    assertThat(answers.get(4).number("remaining")).isEqualTo(1);
    assertThat(answers.getLast().raw().headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void tenantSetsTheLimitOfItsKeys() {
    var key = make("").text("key");
    var set = http.put(admin, "/api/admin/limits", "{\"limit\":7,\"burst\":3}");
    assertThat(set.status()).as(set.body()).isEqualTo(200);
    assertThat(http.get(admin, "/api/admin/limits").number("limit")).isEqualTo(7);
    assertThat(http.post(key, EVALUATE, "").number("limit")).isEqualTo(7);
    assertThat(http.put(key, "/api/admin/limits", "{}").status()).isEqualTo(403);
  }

  @Test
  void useIsCountedAndListed() {
    var made = make("");
    var reader = make(",\"roles\":[\"auditor\"],\"limit\":100000,\"burst\":10000").text("key");
    for (int i = 0; i < 5; i++) {
      status(made.text("key"));
    }
    Await.until(
        "the use is written",
        PATIENCE,
        () -> listed(reader, made.text("id")).number("request_count").orElseThrow() == 5);
    assertThat(listed(made.text("id")).text("last_used_at")).isPresent();
    assertThat(http.get(admin, KEYS).body()).doesNotContain(made.text("key").substring(20));
  }

  @Test
  void silentRedisRefusesOrCountsLocallyAsTheTenantChoseAndHoldsNobodyUp() {
    var key = make("").text("key");
    Await.until("it is shared", PATIENCE, () -> status(admin) == 200 && buckets("shared"));
    var refuse = http.put(admin, "/api/admin/limits", "{\"when_unavailable\":\"refuse\"}");
    assertThat(refuse.status()).isEqualTo(200);
    assertThat(status(key)).isEqualTo(200);
    long redis =
        Long.parseLong(ConfigProvider.getConfig().getValue(TestServer.REDIS, String.class));
    TestRedis.freeze(redis);
    try {
      for (int i = 0; i < 12; i++) {
        var silent = http.get(key, "/v1/cases");
        assertThat(silent.status() + silent.code()).isEqualTo("503limits_unavailable");
        assertThat(silent.raw().headers().firstValue("Retry-After")).isPresent();
      }
      // This tenant chose nothing, so the server's setting holds: local.
      assertThat(http.get(http.key("auditor"), "/v1/cases").status()).isEqualTo(200);
      assertThat(buckets("degraded")).isTrue();
      assertThat(http.get("", "/metrics").body()).contains("countersign_limits_degraded 1.0");
    } finally {
      TestRedis.thaw(redis);
    }
    Await.until("it is shared again", PATIENCE, () -> status(key) == 200 && buckets("shared"));
  }

  private boolean buckets(String state) {
    return http.get("", "/health/ready").body().contains("\"buckets\": \"" + state + "\"");
  }

  @Test
  void limitsAreAmongTheHealthChecks() {
    assertThat(http.get("", "/health/ready").body()).contains("\"limits\"");
    assertThat(http.get("", "/metrics").body())
        .contains("countersign_limits_degraded")
        .contains("countersign_authentication_refused");
  }
}
