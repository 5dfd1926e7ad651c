package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What the room promises, each on generated sets whose conditions are their own outcomes.
class DecisionPropertiesTest {
  private static final int CASES = 2_000;
  private static final List<String> OPERATIONS = List.of("read", "write", "export");
  private static final List<String> TYPES = List.of("model", "case", "file");

  @Test
  void withoutASatisfiedPermitThereIsNoPermission() {
    Property.holdsFor(
        CASES,
        random -> {
          var set = anySet(random);
          var request = anyRequest(random);
          boolean permitted =
              set.policies().stream()
                  .anyMatch(policy ->
                      policy.effect() instanceof Effect.Permit
                          && decides(policy, request)
                          && policy.condition().equals("yes"));
          if (!permitted) {
            assertThat(decide(set, request)).isNotInstanceOf(Decision.Permit.class);
          }
        });
  }

  @Test
  void forbidOverridesPermit() {
    Property.holdsFor(
        CASES,
        random -> {
          var set = anySet(random);
          var request = anyRequest(random);
          var forbidding = plus(set, policy("zz_forbid", new Effect.Forbid(), "yes"));
          var decision = decide(forbidding, request);
          assertThat(decision).isInstanceOf(Decision.Forbid.class);
          assertThat(decision.grounds().determining()).contains(new PolicyKey("zz_forbid"));
        });
  }

  @Test
  void aFailingPolicyNeverWidensAccess() {
    Property.holdsFor(
        CASES,
        random -> {
          var set = anySet(random);
          var request = anyRequest(random);
          int broken = random.nextInt(set.policies().size());
          var policies = new ArrayList<>(set.policies());
          policies.set(broken, withCondition(policies.get(broken), "fails"));
          var before = decide(set, request);
          var after = decide(new PolicySet(policies, set.threshold()), request);
          assertThat(width(after)).isLessThanOrEqualTo(width(before));
          if (decides(policies.get(broken), request)) {
            assertThat(after.grounds().errored()).contains(policies.get(broken).key());
          }
        });
  }

  @Test
  void theOrderOfPoliciesDoesNotMatter() {
    Property.holdsFor(
        CASES,
        random -> {
          var request = anyRequest(random);
          var set = anySet(random);
          var shuffled = new ArrayList<>(set.policies());
          Collections.shuffle(shuffled, new Random(random.nextLong()));
          assertThat(tally(shuffled, set.threshold(), request))
              .isEqualTo(tally(set.policies(), set.threshold(), request));
        });
  }

  @Test
  void aMonitoredPolicyNeverChangesAnAnswer() {
    Property.holdsFor(
        CASES,
        random -> {
          var set = anySet(random);
          var request = anyRequest(random);
          var monitored = anyPolicy(random, "zz_watch").mode(Policy.Mode.MONITOR);
          var before = decide(set, request);
          var after = decide(plus(set, monitored), request);
          assertThat(answer(after)).isEqualTo(answer(before));
          boolean would =
              decides(monitored.mode(Policy.Mode.ENFORCE), request)
                  && (monitored.condition().equals("yes")
                      || (!monitored.condition().equals("no")
                          && !(monitored.effect() instanceof Effect.Permit)));
          assertThat(after.grounds().monitored().contains(monitored.key())).isEqualTo(would);
        });
  }

  @Test
  void disablingAPermitNeverPermitsMore() {
    Property.holdsFor(
        CASES,
        random -> {
          var set = anySet(random);
          var request = anyRequest(random);
          int chosen = random.nextInt(set.policies().size());
          var policies = new ArrayList<>(set.policies());
          policies.set(chosen, policies.get(chosen).effect(new Effect.Permit()));
          var with = decide(new PolicySet(policies, set.threshold()), request);
          policies.set(chosen, policies.get(chosen).enabled(false));
          var without = decide(new PolicySet(policies, set.threshold()), request);
          assertThat(width(without)).isLessThanOrEqualTo(width(with));
        });
  }

  @Test
  void theIndexAnswersAsTheObviousEngine() {
    Property.holdsFor(
        CASES,
        random -> {
          var set = anySet(random);
          var request = anyRequest(random);
          assertThat(decide(set, request))
              .isEqualTo(ObviousEngine.decide(set, request, DecisionPropertiesTest::outcome));
        });
  }

  private static Decision tally(List<Policy> policies, int threshold, Request request) {
    var tally = new Tally(threshold);
    policies.stream()
        .filter(policy -> policy.enabled() && policy.appliesTo().covers(request))
        .forEach(policy -> tally.count(policy, outcome(policy)));
    return tally.decision();
  }

  static Decision decide(PolicySet set, Request request) {
    return PolicyDecisionPoint.of(
            set,
            policy ->
                new Conditions.Compilation.Compiled(_ -> {
                  if (policy.condition().equals("throws")) {
                    throw new IllegalStateException("a bug");
                  }
                  return outcome(policy);
                }))
        .decide(request);
  }

  private static Outcome outcome(Policy policy) {
    return switch (policy.condition()) {
      case "yes" -> Outcome.of(true);
      case "no" -> Outcome.of(false);
      default -> new Outcome.Errored("on purpose");
    };
  }

  private static int width(Decision decision) {
    return switch (decision) {
      case Decision.Forbid(var _) -> 0;
      case Decision.RequireApproval(var _) -> 1;
      case Decision.Permit(var _) -> 2;
    };
  }

  private static List<Object> answer(Decision decision) {
    var grounds = decision.grounds();
    return List.of(
        decision.word(),
        decision.reason(),
        grounds.score(),
        grounds.reasons(),
        grounds.determining(),
        grounds.obligations());
  }

  private static boolean decides(Policy policy, Request request) {
    return policy.enabled()
        && policy.mode() == Policy.Mode.ENFORCE
        && policy.appliesTo().covers(request);
  }

  private static PolicySet plus(PolicySet set, Policy policy) {
    var policies = new ArrayList<>(set.policies());
    policies.add(policy);
    return new PolicySet(policies, set.threshold());
  }

  private static PolicySet anySet(RandomGenerator random) {
    var policies = new ArrayList<Policy>();
    int size = 1 + random.nextInt(8);
    for (int i = 0; i < size; i++) {
      policies.add(anyPolicy(random, "p" + i));
    }
    return new PolicySet(policies, 1 + random.nextInt(100));
  }

  private static Policy anyPolicy(RandomGenerator random, String key) {
    var effect =
        switch (random.nextInt(5)) {
          case 0, 1 -> new Effect.Permit();
          case 2 -> random.nextInt(4) == 0 ? new Effect.Forbid() : new Effect.Permit();
          case 3 -> new Effect.RequireApproval();
          default -> new Effect.Score(random.nextInt(101));
        };
    var condition = List.of("yes", "yes", "no", "fails", "throws").get(random.nextInt(5));
    var policy = policy(key, effect, condition);
    return new Policy(
        policy.key(),
        "",
        policy.message(),
        effect,
        condition,
        random.nextInt(3) == 0
            ? List.of(new Obligation("o" + random.nextInt(2), JsonObject.EMPTY))
            : List.of(),
        random.nextInt(6) != 0,
        random.nextInt(6) == 0 ? Policy.Mode.MONITOR : Policy.Mode.ENFORCE,
        new AppliesTo(some(random, OPERATIONS), some(random, TYPES)));
  }

  static Policy policy(String key, Effect effect, String condition) {
    return new Policy(
        new PolicyKey(key),
        "",
        "because of " + key,
        effect,
        condition,
        List.of(),
        true,
        Policy.Mode.ENFORCE,
        AppliesTo.EVERYTHING);
  }

  private static Policy withCondition(Policy policy, String condition) {
    return new Policy(
        policy.key(),
        policy.description(),
        policy.message(),
        policy.effect(),
        condition,
        policy.obligations(),
        policy.enabled(),
        policy.mode(),
        policy.appliesTo());
  }

  private static SortedSet<String> some(RandomGenerator random, List<String> names) {
    var some = new TreeSet<String>();
    if (random.nextBoolean()) {
      names.stream().filter(_ -> random.nextInt(2) == 0).forEach(some::add);
    }
    return some;
  }

  private static Request anyRequest(RandomGenerator random) {
    return request(
        List.of("read", "write", "export", "other", "").get(random.nextInt(5)),
        List.of("model", "case", "file", "other", "").get(random.nextInt(5)));
  }

  static Request request(String operation, String type) {
    return new Request(
        new Entity("api_key", "ck_1"),
        new Action(operation),
        new Entity(type, "x"),
        JsonObject.EMPTY);
  }
}
