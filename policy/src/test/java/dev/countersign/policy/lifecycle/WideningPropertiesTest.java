package dev.countersign.policy.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Action;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Condition;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.Conditions.Compilation;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Obligation;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.TenantValues;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// The promise of [Widening], on random changes of random sets, with conditions of the real
/// language that read the tenant's values in every way there is.
class WideningPropertiesTest {
  private static final int CASES = 4_000;
  private static final int REQUESTS = 12;
  private static final List<String> OPERATIONS = List.of("read", "write");
  private static final List<String> TYPES = List.of("model", "case");

  /// Most read what a change of values changes, in ways that help the caller and in ways that do
  /// not.
  private static final List<String> CONDITIONS =
      List.of(
          "true",
          "false",
          "action.name == 'read'",
          "resource.type == 'model' || action.name == 'write'",
          "1 / size(action.name.replace('read', '')) > 0",
          "[1][size(action.name) - 4] == 1",
          "has(context.rows) && context.rows > context.tenant.row_count_limit",
          "has(context.rows) && context.rows < context.tenant.row_count_limit",
          "has(context.rows) && !(context.rows > context.tenant.row_count_limit)",
          "has(context.rows) && context.rows > context.tenant.row_count_limit && action.name == 'read'",
          "has(context.rows) && context.rows > context.tenant.row_count_limit ? false : true",
          "has(context.rows) && context.tenant['row_count_limit'] > context.rows",
          "context['tenant']['row_count_limit'] < 3",
          "context['\\u0074enant'].row_count_limit > 3",
          "context.tenant.token_limit > 2",
          "context.tenant.token_limit > context.tenant.row_count_limit",
          "context.tenant.max_risk_score > 50",
          "context.tenant.max_risk_score < 50",
          "size(context) > 1",
          "context.tenant == {'max_risk_score': 50, 'row_count_limit': 3, 'token_limit': 3}");

  private static final Conditions CEL = new CelConditions();
  private static final Map<String, Condition> COMPILED = new HashMap<>();

  @Test
  void whatIsCalledNotWiderPermitsNothingNewAndKeepsEveryObligation() {
    var notWider = new AtomicInteger();
    Property.holdsFor(
        CASES,
        random -> {
          var before = anyInForce(random);
          var after = changed(before, random);
          if (!Widening.reasons(before, after).isEmpty()) {
            return;
          }
          notWider.incrementAndGet();
          for (int i = 0; i < REQUESTS; i++) {
            holds(before, after, random);
          }
        });
    // Otherwise the property would hold by never being asked.
    if (Long.getLong("property.seed") == null) {
      assertThat(notWider.get()).isGreaterThan(CASES / 10);
    }
  }

  private static void holds(InForce before, InForce after, RandomGenerator random) {
    var operation = any(OPERATIONS, random);
    var type = any(TYPES, random);
    var rows =
        random.nextInt(4) == 0
            ? Optional.<Json.JsonNumber>empty()
            : Optional.of(Json.of(any(6, random)));
    var was = decide(before, operation, type, rows);
    var is = decide(after, operation, type, rows);
    if (is instanceof Decision.Permit) {
      assertThat(was).as("%s%n%s", before, after).isInstanceOf(Decision.Permit.class);
    }
    if (!(is instanceof Decision.Forbid) && !(was instanceof Decision.Forbid)) {
      assertThat(is.grounds().obligations())
          .as("%s%n%s", before, after)
          .containsAll(was.grounds().obligations());
    }
    // What was forbidden becomes approvable only by a requirement that is new.
    if (is instanceof Decision.RequireApproval && was instanceof Decision.Forbid) {
      assertThat(is.grounds().determining())
          .as("%s%n%s", before, after)
          .anyMatch(key -> !inForce(before, key) || fresh(before, after));
    }
  }

  private static boolean inForce(InForce side, PolicyKey key) {
    return side.effective().policies().stream()
        .anyMatch(policy ->
            policy.key().equals(key)
                && policy.enabled()
                && policy.mode() == Policy.Mode.ENFORCE
                && policy.effect() instanceof Effect.RequireApproval);
  }

  /// A lower limit may satisfy a requirement that was there already.
  private static boolean fresh(InForce before, InForce after) {
    return !before.values().equals(after.values());
  }

  private static Decision decide(
      InForce side, String operation, String type, Optional<? extends Json> rows) {
    var point =
        PolicyDecisionPoint.of(
            side.effective(), policy -> new Compilation.Compiled(compiled(policy)));
    return point.decide(
        new Request(
            new Entity("api_key", "ck_1"),
            new Action(operation),
            new Entity(type, "x"),
            Json.object()
                .put("rows", rows)
                .put("tenant", side.values().facts(side.effective().threshold()))
                .build()));
  }

  // A condition of which the checker says that it may fail is one that fails.
  private static Condition compiled(Policy policy) {
    return COMPILED.computeIfAbsent(
        policy.condition(),
        _ ->
            CEL.compile(policy) instanceof Compilation.Compiled(var condition)
                ? condition
                : _ -> new Outcome.Errored("on purpose"));
  }

  private static InForce anyInForce(RandomGenerator random) {
    var policies = new ArrayList<Policy>();
    for (int i = 0; i < 1 + random.nextInt(6); i++) {
      policies.add(anyPolicy(random, "p" + i));
    }
    return new InForce(
        new PolicySet(policies, any(List.of(1, 30, 50, 60, 100), random)), anyValues(random));
  }

  /// One to three changes; most sets are kept close, so that some are not wider.
  private static InForce changed(InForce before, RandomGenerator random) {
    var policies = new ArrayList<>(before.effective().policies());
    int threshold = before.effective().threshold();
    var values = before.values();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      int at = policies.isEmpty() ? -1 : random.nextInt(policies.size());
      switch (random.nextInt(at < 0 ? 3 : 9)) {
        case 0 -> policies.add(anyPolicy(random, "q" + i));
        case 1 -> threshold = any(List.of(1, 30, 50, 60, 100), random);
        case 2 -> values = anyValues(random);
        case 3 -> policies.remove(at);
        case 4 -> policies.set(at, policies.get(at).enabled(random.nextBoolean()));
        case 5 ->
            policies.set(at, policies.get(at).mode(any(List.of(Policy.Mode.values()), random)));
        case 6 -> policies.set(at, policies.get(at).effect(anyEffect(random)));
        case 7 -> policies.set(at, anyPolicy(random, policies.get(at).key().value()));
        default -> {
          var old = policies.get(at);
          policies.set(
              at,
              new Policy(
                  old.key(),
                  "other",
                  "other",
                  old.effect(),
                  old.condition(),
                  anyObligations(random),
                  old.enabled(),
                  old.mode(),
                  old.appliesTo()));
        }
      }
    }
    return new InForce(new PolicySet(policies, threshold), values);
  }

  private static Policy anyPolicy(RandomGenerator random, String key) {
    return new Policy(
        new PolicyKey(key),
        "",
        "because of " + key,
        anyEffect(random),
        any(CONDITIONS, random),
        anyObligations(random),
        random.nextInt(5) != 0,
        random.nextInt(5) == 0 ? Policy.Mode.MONITOR : Policy.Mode.ENFORCE,
        new AppliesTo(some(random, OPERATIONS), some(random, TYPES)));
  }

  private static Effect anyEffect(RandomGenerator random) {
    return switch (random.nextInt(7)) {
      case 0, 1, 2 -> new Effect.Permit();
      case 3 -> new Effect.Forbid();
      case 4 -> new Effect.RequireApproval();
      default -> new Effect.Score(random.nextInt(4) * 30);
    };
  }

  private static List<Obligation> anyObligations(RandomGenerator random) {
    return random.nextInt(4) == 0
        ? List.of(new Obligation("o" + random.nextInt(2), JsonObject.EMPTY))
        : List.of();
  }

  private static TenantValues anyValues(RandomGenerator random) {
    return new TenantValues(Optional.empty(), random.nextInt(6), random.nextInt(6));
  }

  private static SortedSet<String> some(RandomGenerator random, List<String> names) {
    var some = new TreeSet<String>();
    if (random.nextInt(3) == 0) {
      some.add(any(names, random));
    }
    return some;
  }

  private static <T> T any(List<T> items, RandomGenerator random) {
    return items.get(random.nextInt(items.size()));
  }

  private static long any(int bound, RandomGenerator random) {
    return random.nextInt(bound);
  }
}
