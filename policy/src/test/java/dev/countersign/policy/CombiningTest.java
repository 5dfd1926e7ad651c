package dev.countersign.policy;

import static dev.countersign.policy.DecisionPropertiesTest.decide;
import static dev.countersign.policy.DecisionPropertiesTest.policy;
import static dev.countersign.policy.DecisionPropertiesTest.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The combining rule, row by row; a cell is the outcome of the one policy of that effect.
class CombiningTest {

  @ParameterizedTest
  @CsvSource({
    // forbid, score 40, score 30, require, permit -> outcome, score, reason, errored
    "no, no, no, no, no, forbid, 0, no_permit, 0",
    "no, no, no, no, yes, permit, 0, ok, 0",
    "no, no, no, no, fails, forbid, 0, no_permit, 1",
    "yes, no, no, no, yes, forbid, 0, a_forbid, 0",
    "fails, no, no, no, yes, forbid, 0, a_forbid, 1",
    "no, yes, no, no, yes, permit, 40, c_forty, 0",
    "no, yes, no, no, no, forbid, 40, no_permit, 0",
    "no, yes, yes, no, yes, forbid, 70, c_forty, 0",
    "no, yes, fails, no, yes, forbid, 70, c_forty, 1",
    "no, fails, fails, no, yes, forbid, 70, c_forty, 2",
    "no, no, no, yes, yes, require_approval, 0, d_require, 0",
    "no, no, no, yes, no, require_approval, 0, d_require, 0",
    "no, no, no, fails, yes, require_approval, 0, d_require, 1",
    "no, no, no, fails, no, forbid, 0, no_permit, 1",
    "no, no, no, fails, fails, forbid, 0, no_permit, 2",
    "no, yes, no, yes, yes, require_approval, 40, d_require, 0",
    "no, yes, yes, yes, yes, forbid, 70, c_forty, 0",
    "yes, yes, yes, yes, yes, forbid, 70, a_forbid, 0",
  })
  void theEffectsCombineAsTheRuleSays(
      String forbid,
      String forty,
      String thirty,
      String require,
      String permit,
      String outcome,
      int score,
      String reason,
      int errored) {
    var set =
        new PolicySet(
            List.of(
                policy("a_forbid", new Effect.Forbid(), forbid),
                policy("b_thirty", new Effect.Score(30), thirty),
                policy("c_forty", new Effect.Score(40), forty),
                policy("d_require", new Effect.RequireApproval(), require),
                policy("e_permit", new Effect.Permit(), permit)),
            50);
    var decision = decide(set, request("read", "model"));
    assertThat(decision.word()).isEqualTo(outcome);
    assertThat(decision.grounds().score()).isEqualTo(score);
    assertThat(decision.reason()).isEqualTo(reason);
    assertThat(decision.grounds().errored()).hasSize(errored);
  }

  @Test
  void pointsAtTheThresholdForbidAndBelowDoNot() {
    var set =
        new PolicySet(
            List.of(
                policy("permit", new Effect.Permit(), "yes"),
                policy("score", new Effect.Score(50), "yes")),
            50);
    assertThat(decide(set, request("read", "model")).word()).isEqualTo("forbid");
    var higher = new PolicySet(set.policies(), 51);
    assertThat(decide(higher, request("read", "model")).word()).isEqualTo("permit");
  }

  @Test
  void theScoreIsCappedButTheSumDecides() {
    var set =
        new PolicySet(
            List.of(
                policy("one", new Effect.Score(80), "yes"),
                policy("two", new Effect.Score(90), "yes")),
            100);
    var decision = decide(set, request("read", "model"));
    assertThat(decision.grounds().score()).isEqualTo(100);
    assertThat(decision.grounds().reasons()).extracting(Reason::points).containsExactly(90, 80);
  }

  @Test
  void anEmptySetForbidsByDefault() {
    var decision = decide(PolicySet.EMPTY, request("read", "model"));
    assertThat(decision).isInstanceOf(Decision.Forbid.class);
    assertThat(decision.reason()).isEqualTo("no_permit");
    assertThat(decision.grounds().determining()).isEmpty();
  }

  @Test
  void aConditionThatDoesNotCompileFailsOnEachRequest() {
    var set =
        new PolicySet(
            List.of(
                policy("permit", new Effect.Permit(), "yes"),
                policy("forbid", new Effect.Forbid(), "broken")),
            50);
    var point =
        PolicyDecisionPoint.of(
            set,
            policy ->
                policy.condition().equals("broken")
                    ? new Conditions.Compilation.Rejected(
                        List.of(new Conditions.Problem(1, 1, "no")))
                    : new Conditions.Compilation.Compiled(_ -> Outcome.of(true)));
    var decision = point.decide(request("read", "model"));
    assertThat(decision.reason()).isEqualTo("forbid");
    assertThat(decision.grounds().errored()).containsExactly(new PolicyKey("forbid"));
  }

  @Test
  void aTenantsOwnValuesWinOverTheSets() {
    var set =
        new PolicySet(
            List.of(
                policy("permit", new Effect.Permit(), "yes"),
                policy("score", new Effect.Score(60), "yes")),
            50);
    var key = new PolicyKey("score");
    var fewer = set.with(List.of(override(key, Optional.empty(), 10)), Optional.empty());
    assertThat(decide(fewer, request("read", "model")).grounds().score()).isEqualTo(10);
    var off =
        set.with(
            List.of(new PolicyOverride(key, Optional.of(false), Optional.empty())),
            Optional.empty());
    assertThat(decide(off, request("read", "model")).reason()).isEqualTo("ok");
    var higher = set.with(List.of(), Optional.of(61));
    assertThat(decide(higher, request("read", "model")).allowed()).isTrue();
    var permit =
        set.with(List.of(override(new PolicyKey("permit"), Optional.empty(), 9)), Optional.of(61));
    assertThat(permit.policies().getFirst().effect()).isEqualTo(new Effect.Permit());
  }

  @Test
  void aSetRefusesTwoPoliciesOfOneKey() {
    assertThatThrownBy(() ->
            new PolicySet(
                List.of(
                    policy("same", new Effect.Permit(), "yes"),
                    policy("same", new Effect.Forbid(), "yes")),
                50))
        .hasMessageContaining("`same` is there twice");
  }

  private static PolicyOverride override(PolicyKey key, Optional<Boolean> enabled, int points) {
    return new PolicyOverride(key, enabled, Optional.of(points));
  }
}
