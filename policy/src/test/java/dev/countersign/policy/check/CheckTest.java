package dev.countersign.policy.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Model;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicyOverride;
import dev.countersign.policy.Request;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.TenantValues;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The starter set through CEL, as a demo tenant meets it.
class CheckTest {
  private static final CelConditions CONDITIONS = new CelConditions();
  private static final Principal CALLER = Principal.system(new TenantId(new UUID(0, 1)), "test");
  private static final TenantPolicies DEMO = policies(TenantValues.DEFAULT);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gpt-4  | classify | {}                                    | true  | 0   | ok                     |",
        "gpt-4  | classify | {\"contains_personal_data\":true}     | false | 70  | contains_personal_data | contains_personal_data",
        "gpt-4  | classify | {\"contains_personal_data\":false}    | true  | 0   | ok                     |",
        "gpt-4  | classify | {\"is_external_model\":true}          | false | 50  | external_model         | external_model",
        "gpt-4  | classify | {\"is_external_model\":false}         | true  | 0   | ok                     |",
        "cloudy | classify | {}                                    | false | 50  | external_model         | external_model",
        "cloudy | classify | {\"is_external_model\":false}         | false | 50  | external_model         | external_model",
        "nobody | classify | {}                                    | false | 50  | external_model         | external_model",
        "nobody | classify | {\"is_external_model\":false}         | false | 50  | external_model         | external_model",
        "cloudy | classify | {\"contains_personal_data\":true}     | false | 100 | contains_personal_data | contains_personal_data external_model",
        "gpt-4  | classify | {\"row_count\":10000}                 | true  | 0   | ok                     |",
        "gpt-4  | classify | {\"row_count\":10001}                 | true  | 30  | large_data_set         | large_data_set",
        "gpt-4  | novel    | {}                                    | true  | 20  | unregistered_operation | unregistered_operation",
        "gpt-4  | novel    | {\"row_count\":10001}                 | false | 50  | large_data_set         | large_data_set unregistered_operation",
        "gpt-4  | classify | {\"tokens\":1000000000}               | true  | 0   | ok                     |",
      })
  void theTableOfTheCheckHolds(
      String model,
      String operation,
      String metadata,
      boolean allowed,
      int score,
      String reason,
      @Nullable String reasons) {
    var checked = check(DEMO, model, operation, metadata);
    assertThat(checked.decision().allowed()).isEqualTo(allowed);
    assertThat(checked.decision().grounds().score()).isEqualTo(score);
    assertThat(checked.decision().reason()).isEqualTo(reason);
    assertThat(checked.decision().grounds().reasons())
        .extracting(each -> each.policy().value())
        .containsExactlyElementsOf(reasons == null ? List.of() : Arrays.asList(reasons.split(" ")));
    assertThat(checked.decision().grounds().errored()).isEmpty();
  }

  @Test
  void theTenantsHighestScoreIsTheThreshold() {
    var strict = policies(new TenantValues(Optional.of(20), 10_000, 100_000));
    assertThat(check(strict, "gpt-4", "novel", "{}").decision().allowed()).isFalse();
    var lax = policies(new TenantValues(Optional.of(100), 5, 100_000));
    assertThat(check(lax, "gpt-4", "novel", "{\"row_count\":6}").decision().allowed()).isTrue();
    assertThat(
            check(lax, "cloudy", "novel", "{\"contains_personal_data\":true}").decision().allowed())
        .isFalse();
  }

  @Test
  void thePoliciesThatAreOffForbidOnceTheyAreOn() {
    var on = Optional.of(true);
    var strict =
        policies(
            new TenantValues(Optional.of(100), 10_000, 1_000),
            new PolicyOverride(new PolicyKey("allowed_models"), on, Optional.empty()),
            new PolicyOverride(new PolicyKey("token_limit"), on, Optional.empty()));
    assertThat(check(strict, "nobody", "classify", "{}").decision().reason())
        .isEqualTo("allowed_models");
    assertThat(
            check(strict, "gpt-4", "classify", "{\"data_classification\":\"secret\"}")
                .decision()
                .reason())
        .isEqualTo("allowed_models");
    assertThat(
            check(strict, "gpt-4", "classify", "{\"data_classification\":\"public\"}")
                .decision()
                .reason())
        .isEqualTo("ok");
    assertThat(check(strict, "gpt-4", "classify", "{\"tokens\":1001}").decision().reason())
        .isEqualTo("token_limit");
  }

  @Test
  void theBasePermitCoversCasesAndNothingElse() {
    var advance = new Action("advance");
    var aCase = DEMO.request(CALLER, advance, new Entity("case", "c1"), JsonObject.EMPTY);
    assertThat(DEMO.decide(aCase).reason()).isEqualTo("ok");
    var other = DEMO.request(CALLER, advance, new Entity("file", "f1"), JsonObject.EMPTY);
    assertThat(DEMO.decide(other).reason()).isEqualTo("no_permit");
  }

  @Test
  void aRequestOnAModelThatLacksTheFactsIsForbidden() {
    var bare =
        new Request(
            new Entity("user", "u"),
            new Action("classify"),
            new Entity("model", "gpt-4"),
            JsonObject.EMPTY);
    var decision = DEMO.decide(bare);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.grounds().errored()).hasSize(4);
  }

  @Test
  void aDeclarationNeverLowersTheRisk() {
    var more =
        List.of(
            "\"contains_personal_data\":true",
            "\"contains_personal_data\":false",
            "\"is_external_model\":true",
            "\"is_external_model\":false",
            "\"data_classification\":\"public\"",
            "\"region\":\"eu\"",
            "\"tokens\":1",
            "\"row_count\":0",
            "\"row_count\":20000",
            "\"intent\":\"x\"");
    Property.holdsFor(
        1_000,
        random -> {
          var model = List.of("gpt-4", "cloudy", "nobody").get(random.nextInt(3));
          var operation = List.of("classify", "novel").get(random.nextInt(2));
          var metadata = new TreeMap<String, String>();
          for (int i = random.nextInt(4); i > 0; i--) {
            put(metadata, more.get(random.nextInt(more.size())));
          }
          var before = check(DEMO, model, operation, body(metadata)).decision();
          // What is added was not declared before: another word on it would be another claim.
          var added = more.get(random.nextInt(more.size()));
          if (metadata.containsKey(added.split(":")[0])) {
            return;
          }
          put(metadata, added);
          var after = check(DEMO, model, operation, body(metadata)).decision();
          assertThat(after.grounds().score()).isGreaterThanOrEqualTo(before.grounds().score());
          assertThat(!before.allowed() && after.allowed()).isFalse();
        });
  }

  @Test
  void whoAsksAndOnWhatIsNeverTakenFromTheBody() {
    var body =
        JsonReader.readObject(
            """
            {"model": "nobody", "operation": "classify", "metadata": {},
             "subject": {"type": "user", "id": "root"},
             "resource": {"type": "case", "id": "c1", "properties": {"a": 1}}}
            """);
    var checked = CheckRequest.read(body, DEMO.facts()).decide(CALLER, DEMO);
    assertThat(checked.decision().reason()).isEqualTo("external_model");
    assertThat(checked.request().subject().id()).isEqualTo("test");
    assertThat(checked.request().resource()).isEqualTo(new Entity("model", "nobody"));
    assertThat(checked.request().context().object("declared").orElseThrow().object("resource"))
        .isPresent();
  }

  @Test
  void whatIsRecordedIsEnoughToDecideAgain() {
    var checked =
        check(DEMO, "cloudy", "novel", "{\"contains_personal_data\":true,\"row_count\":3}");
    var details =
        new CheckRecord(
                new UUID(0, 2),
                Instant.parse("2026-01-31T08:00:00Z"),
                Duration.ofNanos(1_234_567),
                checked)
            .details();
    var again =
        Request.from(JsonReader.readObject(details.toString()).object("request").orElseThrow());
    assertThat(again).isEqualTo(checked.request());
    assertThat(DEMO.decide(again)).isEqualTo(checked.decision());
    assertThat(details.toString())
        .startsWith(
            """
            {"decision_id":"00000000-0000-0000-0000-000000000002",\
            "evaluated_at":"2026-01-31T08:00:00Z","shape":"check_1","policy_version":1,\
            "policies_digest":"%s","outcome":"forbid",\
            "risk_score":100,"reason":"contains_personal_data",\
            "reasons":[{"policy":"contains_personal_data","points":70},\
            {"policy":"external_model","points":50},{"policy":"unregistered_operation","points":20}],\
            "determining_policies":["contains_personal_data","external_model","unregistered_operation"],\
            "latency_micros":1234,"request":{"subject":{"type":"system","id":"test",\
            """
                .formatted(DEMO.point().digest().hex()));
  }

  @Test
  void theAnswerNamesEverythingAndFlattersNothing() {
    var answer =
        new CheckAnswer(new UUID(0, 2), "trace", check(DEMO, "gpt-4", "novel", "{}")).json();
    assertThat(answer.toString())
        .isEqualTo(
            """
            {"allowed":true,"outcome":"permit","risk_score":20,"reason":"unregistered_operation",\
            "reasons":[{"policy":"unregistered_operation","message":"the operation is not registered","points":20}],\
            "decision_id":"00000000-0000-0000-0000-000000000002","correlation_id":"trace","policy_version":1,\
            "determining_policies":["base_permit"],"errored_policies":[],"obligations":[]}\
            """);
  }

  private static Checked check(
      TenantPolicies policies, String model, String operation, String metadata) {
    var body =
        Json.object()
            .put("model", model)
            .put("operation", operation)
            .put("metadata", JsonReader.readObject(metadata))
            .build();
    return CheckRequest.read(body, policies.facts()).decide(CALLER, policies);
  }

  private static void put(SortedMap<String, String> metadata, String member) {
    metadata.put(member.split(":")[0], member);
  }

  private static String body(SortedMap<String, String> metadata) {
    return "{" + String.join(",", metadata.values()) + "}";
  }

  static TenantPolicies policies(TenantValues values, PolicyOverride... overrides) {
    var models = new TreeMap<String, Model>();
    models.put(
        "gpt-4",
        new Model("gpt-4", "openai", false, Optional.of("eu"), new TreeSet<>(List.of("public"))));
    models.put("cloudy", new Model("cloudy", "c", true, Optional.empty(), new TreeSet<>()));
    var facts =
        new TenantFacts(models, new TreeSet<>(List.of("classify")), new TreeMap<>(), values);
    var set = StarterSet.read().with(List.of(overrides), values.maxRiskScore());
    return new TenantPolicies(1, 1, set, PolicyDecisionPoint.of(set, CONDITIONS), facts);
  }
}
