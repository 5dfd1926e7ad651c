package dev.countersign.policy.tests;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.Action;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Grounds;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.CheckRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;

/// The tests of a policy set, and what they take as registered.
///
/// ```yaml
/// given:
///   models: [{name: gpt-4, provider: openai, external: false}]
///   operations: [classify]
/// tests:
///   - name: personal data is blocked
///     check: {model: gpt-4, operation: classify, metadata: {contains_personal_data: true}}
///     expect: {outcome: forbid, risk_score: 70, reason: contains_personal_data}
///   - name: a case may be moved
///     request:
///       subject: {type: api_key, id: ck_1}
///       action: {name: advance}
///       resource: {type: case, id: c_1}
///     expect: {outcome: permit}
/// ```
///
/// A `check` is what `POST /v1/check` would be sent, by the principal in `as`; a `request` is what
/// policies see. Immutable.
public final class PolicyTests {
  public static final PolicyTests NONE =
      new PolicyTests(JsonObject.EMPTY, TenantFacts.NONE, List.of());

  /// So many run in the time that a request may take.
  public static final int MOST = 500;

  private static final int LONGEST_NAME = 200;
  private static final int MOST_ROLES = 20;
  private static final int LONGEST_WORD = 100;
  private static final TenantId NOBODY = new TenantId(new UUID(0, 0));

  private final JsonObject json;
  private final TenantFacts given;
  private final List<Test> tests;

  /// @param decide by the policies in force and the decision point
  private record Test(
      String name, BiFunction<TenantPolicies, PolicySet, Decision> decide, Expected expected) {}

  private PolicyTests(JsonObject json, TenantFacts given, List<Test> tests) {
    this.json = json;
    this.given = given;
    this.tests = List.copyOf(tests);
  }

  /// Reads `{given?, tests?}`; throws [Refusal.Invalid] with all problems.
  public static PolicyTests read(JsonObject json) {
    var violations = new ArrayList<Violation>();
    var fields = Fields.of(json);
    var given = fields.optionalNested("given").map(Given::read).orElse(TenantFacts.NONE);
    var tests = new ArrayList<Test>();
    var all = fields.nestedList("tests", MOST);
    for (int i = 0; i < all.size(); i++) {
      tests.add(test(all.get(i), "/tests/" + i, given, violations));
    }
    try {
      fields.done();
    } catch (Refusal.Invalid e) {
      violations.addAll(0, e.violations());
    }
    if (!violations.isEmpty()) {
      throw new Refusal.Invalid(violations);
    }
    return new PolicyTests(json, given, tests);
  }

  /// What was read.
  public JsonObject json() {
    return json;
  }

  public int count() {
    return tests.size();
  }

  /// Runs every test against the set as it is written.
  public List<TestResult> run(PolicySet set, Conditions conditions) {
    var effective = set.with(List.of(), given.values().maxRiskScore());
    var policies =
        new TenantPolicies(
            TenantPolicies.NO_VERSION,
            0,
            effective,
            PolicyDecisionPoint.of(effective, conditions),
            given);
    return tests.stream()
        .map(test -> {
          var decision = test.decide().apply(policies, effective);
          return new TestResult(
              test.name(), test.expected().differences(decision), keys(decision.grounds()));
        })
        .toList();
  }

  private static List<String> keys(Grounds grounds) {
    return grounds.errored().stream().map(Object::toString).toList();
  }

  private static Test test(
      Fields fields, String path, TenantFacts given, List<Violation> violations) {
    var name = fields.string("name", 1, LONGEST_NAME);
    var check = fields.optionalObject("check");
    var request = fields.optionalNested("request");
    var principal =
        fields.optionalNested("as").map(PolicyTests::principal).orElseGet(PolicyTests::anybody);
    var expected = Expected.read(fields.nested("expect"));
    if (check.isPresent() == request.isPresent()) {
      fields.problem("", "wrong_value", "must have either `check` or `request`");
    }
    fields.closed();
    var asked = check.flatMap(body -> check(body, path + "/check", given, violations));
    var seen = request.map(PolicyTests::request);
    return new Test(
        name,
        (policies, set) ->
            asked.isPresent()
                ? asked.get().decide(principal, policies).decision()
                : policies.decide(withValues(seen.orElseThrow(), policies, set)),
        expected);
  }

  private static Optional<CheckRequest> check(
      JsonObject body, String path, TenantFacts given, List<Violation> violations) {
    try {
      return Optional.of(CheckRequest.read(body, given));
    } catch (Refusal.Invalid e) {
      e.violations()
          .forEach(violation ->
              violations.add(
                  new Violation(
                      path + violation.pointer(), violation.code(), violation.message())));
      return Optional.empty();
    }
  }

  private static Request request(Fields fields) {
    var action = fields.nested("action");
    var request =
        new Request(
            entity(fields.nested("subject")),
            new Action(
                action.string("name", 1, LONGEST_WORD),
                action.optionalObject("properties").orElse(JsonObject.EMPTY)),
            entity(fields.nested("resource")),
            fields.optionalObject("context").orElse(JsonObject.EMPTY));
    action.closed();
    if (request.context().member("tenant").isPresent()) {
      fields.problem("context/tenant", "wrong_value", "comes from `given`, not from a request");
    }
    fields.closed();
    return request;
  }

  private static Request withValues(Request request, TenantPolicies policies, PolicySet set) {
    return new Request(
        request.subject(),
        request.action(),
        request.resource(),
        request.context().with("tenant", policies.facts().values().facts(set.threshold())));
  }

  private static Entity entity(Fields fields) {
    var entity =
        new Entity(
            fields.string("type", 1, Entity.LONGEST_TYPE),
            fields.string("id", 1, Entity.LONGEST_ID),
            fields.optionalObject("properties").orElse(JsonObject.EMPTY));
    fields.closed();
    return entity;
  }

  private static Principal principal(Fields fields) {
    var id = fields.optionalString("id", 1, LONGEST_WORD).orElse("test");
    var roles = new TreeSet<>(fields.strings("roles", MOST_ROLES, LONGEST_WORD));
    var site = fields.optionalString("site", 1, LONGEST_WORD).orElse(Principal.DEFAULT_SITE);
    fields.closed();
    return new Principal(NOBODY, Principal.Kind.API_KEY, id, id, roles, site, 0);
  }

  private static Principal anybody() {
    return new Principal(
        NOBODY,
        Principal.Kind.API_KEY,
        "test",
        "test",
        new TreeSet<>(List.of("agent")),
        Principal.DEFAULT_SITE,
        0);
  }

  /// Takes the tests out of a body that holds them beside a set.
  public static JsonObject within(JsonObject body) {
    var tests = Json.object();
    for (var member : List.of("given", "tests")) {
      tests.put(member, body.member(member));
    }
    return tests.build();
  }

  /// The names of the members that [#within] takes.
  public static boolean isMember(String name) {
    return name.equals("given") || name.equals("tests");
  }
}
