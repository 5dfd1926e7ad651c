package dev.countersign.policy.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.StoredEntities;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EvaluationRequestTest {
  private static final Principal CALLER = Principal.system(new TenantId(new UUID(0, 1)), "pep");
  private static final TenantPolicies POLICIES = policies(StarterSet.read());

  @Test
  void noMemberOfTheBodysContextPassesForOurs() {
    var ours = decided("{}").request().context();
    Property.holdsFor(
        100,
        random -> {
          var said = Json.object();
          for (var name : ours.members().keySet()) {
            if (random.nextBoolean()) {
              said.put(name, "forged");
            }
          }
          var context = decided(said.build().toString()).request().context();
          assertThat(context.with("request", JsonObject.EMPTY))
              .isEqualTo(ours.with("request", JsonObject.EMPTY));
          assertThat(context.object("request")).contains(said.build());
        });
  }

  @Test
  void whatIsRecordedIsEnoughToDecideAgain() {
    var stored =
        new StoredEntities(
            new TreeMap<>(
                Map.of(new EntityKey("user", "a"), Json.object().put("role", "x").build())));
    var checked = read("{\"a\":1}").decide(CALLER, POLICIES, stored);
    var details = new CheckRecord(new UUID(0, 2), Instant.EPOCH, Duration.ZERO, checked).details();
    var again = Request.from(details.object("request").orElseThrow());
    assertThat(again).isEqualTo(checked.request());
    assertThat(POLICIES.decide(again)).isEqualTo(checked.decision());
    assertThat(again.subject().properties()).isEqualTo(Json.object().put("role", "x").build());
  }

  @Test
  void aModelThatNobodyRegisteredIsExternalWhateverIsDeclared() {
    for (var declared : List.of(true, false)) {
      var metadata = Json.object().put("is_external_model", declared).build();
      var body =
          Json.object()
              .put("subject", Json.object().put("type", "user").put("id", "a").build())
              .put("action", Json.object().put("name", "read").build())
              .put("resource", Json.object().put("type", "model").put("id", "m").build())
              .put("context", Json.object().put("metadata", metadata).build())
              .build();
      var checked =
          EvaluationRequest.read(body, TenantFacts.NONE, Optional.empty())
              .decide(CALLER, POLICIES, StoredEntities.NONE);
      assertThat(checked.decision().reason()).isEqualTo("external_model");
    }
  }

  @Test
  void aTokenSurvivesTheRoundTripForItsQuestionOnly() {
    var question = Json.object().put("a", 1).build();
    var other = Json.object().put("a", 2).build();
    Property.holdsFor(
        200,
        random -> {
          var after =
              random
                  .ints(random.nextInt(300), 1, 0xd7ff)
                  .collect(
                      StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                  .toString();
          var token = new PageToken(random.nextInt(101), after);
          var text = token.text(question);
          assertThat(text).hasSizeLessThanOrEqualTo(PageToken.LONGEST);
          assertThat(PageToken.read(text, question)).isEqualTo(token);
          assertThat(pointers(() -> PageToken.read(text, other))).containsExactly("/page/token");
          var cut = text.substring(0, random.nextInt(text.length()));
          if (cut.length() < 25) {
            assertThat(pointers(() -> PageToken.read(cut, question)))
                .containsExactly("/page/token");
          }
        });
  }

  private static List<String> pointers(Runnable work) {
    return catchThrowableOfType(Refusal.Invalid.class, work::run).violations().stream()
        .map(Violation::pointer)
        .toList();
  }

  private static Checked decided(String context) {
    return read(context).decide(CALLER, POLICIES, StoredEntities.NONE);
  }

  private static EvaluationRequest read(String context) {
    var body =
        """
        {"subject":{"type":"user","id":"a"},"action":{"name":"read"},
         "resource":{"type":"record","id":"r"},"context":%s}
        """
            .formatted(context);
    return EvaluationRequest.read(json(body), TenantFacts.NONE, Optional.empty());
  }

  private static Json json(String text) {
    return JsonReader.read(text, JsonReader.DEFAULT_DEPTH);
  }

  private static TenantPolicies policies(PolicySet set) {
    return new TenantPolicies(
        1, 0, set, PolicyDecisionPoint.of(set, new CelConditions()), TenantFacts.NONE);
  }
}
