package dev.countersign.policy.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Checks;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.TenantValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final TenantPolicies STARTER = Checks.starter();
  private static final Declaration PURPOSE =
      new Declaration("purpose", Declaration.Type.STRING, 20);

  private final List<JsonObject> history = new ArrayList<>();
  private final List<TenantPolicies> versions = new ArrayList<>(List.of(STARTER));

  @Test
  void itSaysExactlyWhichAnswersFlipAndByWhom() {
    asked(STARTER, "gpt-4", "classify", "{}");
    asked(STARTER, "gpt-4", "summarise", "{}");
    asked(STARTER, "cloudy", "summarise", "{}");
    asked(STARTER, "gpt-4", "summarise", "{\"tokens\":5}");
    var draft =
        Checks.starterWith(
            Checks.policy("no_summaries", new Effect.Forbid(), "action.name == \"summarise\""));
    var result = simulate(draft, STARTER.facts());
    assertThat(numbers(result, "seen", "used", "unchanged", "flipped")).containsExactly(4, 4, 2, 2);
    assertThat(result.items("flips").toString())
        .isEqualTo(
            """
            [{"from":"permit","to":"forbid","count":2,"examples":[\
            {"decision_id":"00000000-0000-0000-0000-000000000001","log_index":1,"from":"permit",\
            "to":"forbid","policies":["no_summaries"]},\
            {"decision_id":"00000000-0000-0000-0000-000000000003","log_index":3,"from":"permit",\
            "to":"forbid","policies":["no_summaries"]}]}]\
            """);
    assertThat(result.items("by_policy").toString())
        .isEqualTo(
            """
            [{"policy":"no_summaries","count":2,\
            "flips":[{"from":"permit","to":"forbid","count":2}]}]\
            """);
  }

  @Test
  void aFlipTowardsAPermitIsOnAccountOfWhatStoodInItsWay() {
    asked(STARTER, "cloudy", "classify", "{}");
    asked(STARTER, "cloudy", "classify", "{\"contains_personal_data\":true}");
    var result =
        simulate(
            Checks.starterWith(Checks.policy("external_model", new Effect.Score(10), "true")),
            STARTER.facts());
    assertThat(result.items("flips").toString())
        .contains("\"from\":\"forbid\",\"to\":\"permit\",\"count\":1")
        .contains("\"policies\":[\"external_model\"]");
  }

  @Test
  void anAnswerThatNowNeedsAPersonIsAFlipOfItsOwn() {
    asked(STARTER, "gpt-4", "classify", "{}");
    asked(STARTER, "cloudy", "classify", "{}");
    var result =
        simulate(
            Checks.starterWith(Checks.policy("ask", new Effect.RequireApproval(), "true")),
            STARTER.facts());
    assertThat(result.items("flips").toString())
        .contains("\"from\":\"permit\",\"to\":\"require_approval\",\"count\":1");
    assertThat(numbers(result, "flipped")).containsExactly(1);
  }

  @Test
  void theDraftsThresholdDecidesAndIsWhatConditionsSee() {
    asked(STARTER, "gpt-4", "novel", "{}");
    var strict = new PolicySet(Checks.starterWith().policies(), 20);
    assertThat(numbers(simulate(strict, STARTER.facts()), "flipped")).containsExactly(1);
    var reading =
        new PolicySet(
            Checks.starterWith(
                    Checks.policy(
                        "low", new Effect.Forbid(), "context.tenant.max_risk_score == 21"))
                .policies(),
            21);
    assertThat(numbers(simulate(reading, STARTER.facts()), "flipped")).containsExactly(1);
    var own =
        new TenantFacts(
            STARTER.facts().models(),
            STARTER.facts().operations(),
            STARTER.facts().declarations(),
            new TenantValues(Optional.of(60), 10_000, 100_000));
    assertThat(numbers(simulate(strict, own), "flipped")).containsExactly(0);
  }

  @Test
  void whatCouldNotBeSaidThenCannotBeReplayed() {
    var later = Checks.policies(1, STARTER.effective(), Checks.facts(Checks.VALUES, PURPOSE));
    var draft =
        Checks.starterWith(
            Checks.policy(
                "purpose",
                new Effect.Forbid(),
                "!has(context.metadata.purpose) || context.metadata.purpose == \"spam\""));
    asked(STARTER, "gpt-4", "classify", "{}");
    asked(later, "gpt-4", "classify", "{}");
    asked(later, "gpt-4", "classify", "{\"purpose\":\"care\"}");
    var result = simulate(draft, later.facts());
    assertThat(numbers(result, "seen", "used", "not_replayable", "flipped"))
        .containsExactly(3, 2, 1, 1);
    assertThat(result.items("not_replayable_for").toString())
        .isEqualTo("[{\"attribute\":\"context.metadata.purpose\",\"count\":1}]");
    // Nobody can say it today either, so that it is absent is exact.
    assertThat(numbers(simulate(draft, STARTER.facts()), "not_replayable", "flipped"))
        .containsExactly(0, 2);
  }

  @Test
  void onlyAPolicyThatAppliesAndDecidesMakesADecisionUnfit() {
    var facts = Checks.facts(Checks.VALUES, PURPOSE);
    var policy = Checks.policy("purpose", new Effect.Forbid(), "size(context.metadata) > 5");
    asked(STARTER, "gpt-4", "classify", "{}");
    assertThat(numbers(simulate(Checks.starterWith(policy), facts), "not_replayable"))
        .containsExactly(1);
    assertThat(
            numbers(
                simulate(Checks.starterWith(policy.mode(Policy.Mode.MONITOR)), facts),
                "not_replayable"))
        .containsExactly(0);
    assertThat(
            numbers(simulate(Checks.starterWith(policy.enabled(false)), facts), "not_replayable"))
        .containsExactly(0);
    var elsewhere =
        new Policy(
            policy.key(),
            "",
            "elsewhere",
            policy.effect(),
            policy.condition(),
            List.of(),
            true,
            Policy.Mode.ENFORCE,
            new AppliesTo(new TreeSet<>(List.of("summarise")), new TreeSet<>(List.of("model"))));
    assertThat(numbers(simulate(Checks.starterWith(elsewhere), facts), "not_replayable"))
        .containsExactly(0);
  }

  @Test
  void aRecordThatLacksWhatEveryRequestHasCannotBeReplayed() {
    asked(STARTER, "gpt-4", "classify", "{}");
    var details = history.getFirst();
    var request = details.object("request").orElseThrow();
    var context = request.object("context").orElseThrow();
    var bare = Json.object().put("metadata", context.member("metadata")).build();
    history.set(0, details.with("request", request.with("context", bare)));
    assertThat(numbers(simulate(Checks.starterWith(), STARTER.facts()), "used", "not_replayable"))
        .containsExactly(0, 1);
  }

  @Test
  void whatARecordLeftOutIsMissedOnlyByWhoReadsIt() {
    asked(STARTER, "gpt-4", "classify", "{}");
    history.set(
        0,
        history
            .getFirst()
            .with(
                "left_out",
                Json.array(List.of(Json.strings(List.of("resource", "properties", "owner"))))));
    assertThat(numbers(simulate(Checks.starterWith(), STARTER.facts()), "not_replayable"))
        .containsExactly(0);
    var owned =
        Checks.policy(
            "owned",
            new Effect.Forbid(),
            "has(resource.properties.owner) && resource.properties.owner == \"me\"");
    assertThat(numbers(simulate(Checks.starterWith(owned), STARTER.facts()), "not_replayable"))
        .containsExactly(1);
  }

  @Test
  void theCountsAddUpOverErasedAndUnreadableOnes() {
    asked(STARTER, "gpt-4", "classify", "{}");
    history.add(JsonObject.EMPTY);
    history.add(history.getFirst().with("shape", Json.of("check_99")));
    var simulation = new Simulation(draft(Checks.starterWith(), STARTER.facts()), this::past, 5);
    history.forEach(details -> simulation.add(0, details));
    simulation.erased(7);
    assertThat(numbers(simulation.result(), "seen", "used", "erased", "unreadable"))
        .containsExactly(10, 1, 7, 2);
  }

  @Test
  void examplesAreBoundedAndCountsAreNot() {
    for (int i = 0; i < 30; i++) {
      asked(STARTER, "gpt-4", "classify", "{}");
    }
    var simulation =
        new Simulation(
            draft(
                Checks.starterWith(Checks.policy("no", new Effect.Forbid(), "true")),
                STARTER.facts()),
            this::past,
            3);
    for (int i = 0; i < history.size(); i++) {
      assertThat(simulation.add(i, history.get(i))).isPresent();
    }
    var flips = (JsonObject) simulation.result().items("flips").getFirst();
    assertThat(numbers(flips, "count")).containsExactly(30);
    assertThat(flips.items("examples")).hasSize(3);
  }

  @Test
  void theSelfCheckFindsAnAnswerThatDoesNotFollowFromItsPolicies() {
    asked(STARTER, "gpt-4", "classify", "{}");
    asked(STARTER, "gpt-4", "summarise", "{}");
    history.set(1, history.get(1).with("risk_score", Json.of(1)));
    var result = simulate(Checks.starterWith(), STARTER.facts());
    assertThat(result.object("self_check").orElseThrow().toString())
        .isEqualTo(
            """
            {"checked":2,"mismatched":1,"not_checked":0,\
            "mismatches":["00000000-0000-0000-0000-000000000001"]}\
            """);
  }

  @Test
  void whatDecidedUnderOtherValuesIsNotCheckedRatherThanCalledWrong() {
    var other =
        Checks.policies(
            1,
            Checks.starterWith(Checks.policy("external_model", new Effect.Score(1), "true")),
            STARTER.facts());
    asked(other, "gpt-4", "classify", "{}");
    asked(STARTER, "gpt-4", "classify", "{}");
    var check = simulate(Checks.starterWith(), STARTER.facts()).object("self_check").orElseThrow();
    assertThat(numbers(check, "checked", "mismatched", "not_checked")).containsExactly(1, 0, 1);
  }

  private void asked(TenantPolicies policies, String model, String operation, String metadata) {
    history.add(
        Checks.recorded(history.size(), Checks.check(policies, model, operation, metadata)));
  }

  private JsonObject simulate(PolicySet set, TenantFacts facts) {
    var simulation = new Simulation(draft(set, facts), this::past, 20);
    for (int i = 0; i < history.size(); i++) {
      simulation.add(i, history.get(i));
    }
    return simulation.result();
  }

  private static Draft draft(PolicySet set, TenantFacts facts) {
    return new Draft(Checks.policies(2, set, facts).point(), facts.declaredKeys());
  }

  private Optional<PolicyDecisionPoint> past(int version, int threshold) {
    return versions.stream()
        .filter(policies -> policies.version() == version)
        .filter(policies -> policies.effective().threshold() == threshold)
        .map(TenantPolicies::point)
        .findFirst();
  }

  private static List<Integer> numbers(JsonObject json, String... names) {
    return Arrays.stream(names).map(name -> json.number(name).orElseThrow().intValue()).toList();
  }
}
