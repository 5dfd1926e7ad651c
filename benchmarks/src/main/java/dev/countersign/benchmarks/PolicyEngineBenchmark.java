package dev.countersign.benchmarks;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Conditions.Compilation;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Model;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.Request;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.TenantValues;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Checked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a decision costs without HTTP and without its record.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PolicyEngineBenchmark {
  private static final CelConditions CONDITIONS = new CelConditions();

  private final Principal caller = Principal.system(new TenantId(new UUID(0, 1)), "benchmark");
  private final TenantPolicies starter = starter();
  private final Json body =
      JsonReader.readObject(
          """
          {"model": "gpt-4", "operation": "classify", "metadata": {"intent": "triage",
           "contains_personal_data": false, "tokens": 900, "row_count": 12000, "region": "eu"}}
          """);
  private final Request request =
      CheckRequest.read(body, starter.facts()).decide(caller, starter).request();
  private final PolicyDecisionPoint forty = padded(40);
  private final PolicyDecisionPoint tenThousand = padded(10_000);

  /// The starter set, simple conditions decided from the checked expression.
  @Benchmark
  public Decision starterSet() {
    return starter.decide(request);
  }

  /// Body to decision, as a check does it.
  @Benchmark
  public Checked wholeCheck() {
    return CheckRequest.read(body, starter.facts()).decide(caller, starter);
  }

  /// Forty policies, of which eight apply.
  @Benchmark
  public Decision eightOfForty() {
    return forty.decide(request);
  }

  /// Ten thousand policies, of which eight apply.
  @Benchmark
  public Decision eightOfTenThousand() {
    return tenThousand.decide(request);
  }

  private final Function<Request, Outcome> library = library();

  /// One comparison that only the library can evaluate.
  @Benchmark
  public Outcome oneConditionByTheLibrary() {
    return library.apply(request);
  }

  private static Function<Request, Outcome> library() {
    var policy =
        policy(0, "classify", "has(context.metadata.tokens) && context.metadata.tokens / 2 > 5");
    return switch (CONDITIONS.compile(policy)) {
      case Compilation.Compiled(var condition) -> condition::evaluate;
      case Compilation.Rejected(var problems) ->
          throw new IllegalStateException(problems.toString());
    };
  }

  private static TenantPolicies starter() {
    var models = new TreeMap<String, Model>();
    models.put("gpt-4", new Model("gpt-4", "p", false, Optional.empty(), new TreeSet<>()));
    var facts =
        new TenantFacts(
            models, new TreeSet<>(List.of("classify")), new TreeMap<>(), TenantValues.DEFAULT);
    var set = StarterSet.read();
    return new TenantPolicies(1, 1, set, PolicyDecisionPoint.of(set, CONDITIONS), facts);
  }

  private static PolicyDecisionPoint padded(int size) {
    var policies = new ArrayList<Policy>();
    for (int i = 0; i < size; i++) {
      policies.add(
          policy(
              i,
              i < 8 ? "classify" : "operation_" + i,
              "has(context.metadata.tokens) && context.metadata.tokens > 1000"));
    }
    return PolicyDecisionPoint.of(new PolicySet(policies, 50), CONDITIONS);
  }

  private static Policy policy(int number, String operation, String condition) {
    return new Policy(
        new PolicyKey("p" + number),
        "",
        "m",
        new Effect.Score(1),
        condition,
        List.of(),
        true,
        Policy.Mode.ENFORCE,
        new AppliesTo(new TreeSet<>(List.of(operation)), new TreeSet<>(List.of("model"))));
  }
}
