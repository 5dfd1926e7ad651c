package dev.countersign.server;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.server.AccessTenants.AccessTenant;
import dev.countersign.server.Http.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks near the limits of what may be sent: each is answered and recorded, or refused with what
/// to do about it.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class RecordLimitsTest {
  private static final int LARGEST_BODY = 64 * 1024;

  private static final String POLICIES =
      """
      {"policies": [
        {"key": "all", "description": "", "message": "all", "effect": "permit", "condition": "true"},
        {"key": "persons", "description": "", "message": "persons", "effect": "forbid",
         "condition": "has(context.metadata.contains_personal_data) && context.metadata.contains_personal_data",
         "applies_to": {"resource_types": ["model"]}}
      ]}
      """;

  @Inject AccessTenants tenants;
  private Http http;
  private AccessTenant tenant;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    tenant = tenants.create();
    tenants.activate(tenant, 2, POLICIES);
  }

  @Test
  void aCheckIsRecordedAsDeepAsItIsAccepted() {
    assertThat(asked(deep(11)).status()).isEqualTo(200);
    for (int levels : new int[] {12, 13, 14}) {
      var refused = asked(deep(levels));
      assertThat(refused.status()).as("%d: %s", levels, refused.body()).isEqualTo(400);
      assertThat(refused.body()).contains("too_deep").contains("/subject/properties");
    }
    assertThat(asked(deep(15)).code()).isEqualTo("malformed_json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\"", "\"\\u0001%s\"", "{\"%s\":[[],{},null,true,0.5]}"})
  void aCheckOfAnySizeIsAnsweredOrRefused(String pattern) {
    for (int size = 48 * 1024; size < LARGEST_BODY - 200; size += 1_024) {
      assertThat(asked(properties(pattern.formatted("x".repeat(size)))).status())
          .as("%d", size)
          .isIn(200, 400);
    }
    assertThat(asked(properties("\"" + "x".repeat(LARGEST_BODY) + "\"")).status()).isEqualTo(413);
  }

  @Test
  void whatGrowsWhenItIsWrittenCanonicallyIsRefused() {
    var refused = asked(properties("[" + "1e20,".repeat(10_000) + "1]"));
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains("too_large");
    assertThat(asked(properties("\"" + "\u00fc".repeat(31_000) + "\"")).status()).isIn(200, 400);
  }

  /// Otherwise whoever tries out what is denied could do so without leaving a trace.
  @Test
  void aDenialHasRoomWhereverAPermissionHas() {
    int fits = 0;
    for (int step = LARGEST_BODY; step > 0; step /= 2) {
      if (answered(fits + step, false).status() == 200) {
        fits += step;
      }
    }
    assertThat(fits).isGreaterThan(50_000);
    assertThat(answered(fits, false).json().truth("allowed")).hasValue(true);
    // The same number of characters of metadata.
    var denied = answered(fits + 1, true);
    assertThat(denied.status()).as(denied.body()).isEqualTo(200);
    assertThat(denied.json().truth("allowed")).hasValue(false);
  }

  @Test
  void aDenialByHundredsOfPoliciesIsRecordedAndSaysWhatItHasNoRoomFor() {
    var policies =
        IntStream.range(0, 900)
            .mapToObj(n ->
                """
                {"key": "%s", "description": "", "message": "no", "effect": "forbid", "condition": "true"}\
                """
                    .formatted("f" + "x".repeat(94) + "_%04d".formatted(n)))
            .collect(joining(",", "{\"policies\": [", "]}"));
    tenants.activate(tenant, 3, policies);
    var denied = asked(properties("\"" + "x".repeat(50_000) + "\""));
    assertThat(denied.status()).as(denied.body()).isEqualTo(200);
    assertThat(denied.json().truth("allowed")).hasValue(false);
    assertThat(denied.json().items("determining_policies")).hasSize(900);
    var record = http.get(tenant.auditor(), "/v1/decisions/" + denied.text("decision_id")).json();
    int listed = record.items("determining_policies").size();
    assertThat(listed).isPositive();
    assertThat(record.object("not_listed").orElseThrow().number("determining_policies"))
        .hasValue(900.0 - listed);
  }

  private Answer answered(int size, boolean persons) {
    var body = properties("\"" + "x".repeat(size) + "\"");
    return asked(
        JsonReader.readObject(body)
            .with("metadata", Json.object().put("contains_personal_data", persons).build())
            .toString());
  }

  private Answer asked(String body) {
    return http.post(tenant.agent(), "/v1/check", body);
  }

  private static String deep(int levels) {
    return body("{\"a\":".repeat(levels) + "1" + "}".repeat(levels));
  }

  private static String properties(String value) {
    return body("{\"a\":" + value + "}");
  }

  private static String body(String properties) {
    return """
    {"model":"m","operation":"o","metadata":{},\
    "subject":{"type":"t","id":"i","properties":%s}}\
    """
        .formatted(properties);
  }
}
