package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Policy;
import java.util.List;
import java.util.Optional;

/// A scenario as data: a workflow, how its gates stand at the start, policies that watch over it,
/// and cases to begin with.
///
/// Nothing of it is applied by being read. Its policies can only forbid or ask for people: whoever
/// may load a pack does not widen what his tenant permits.
///
/// @param policies to be added to those in force
/// @param scenarios what a case may begin as
public record Pack(
    String title,
    WorkflowDefinition workflow,
    List<InitialGate> gates,
    List<Policy> policies,
    List<Scenario> scenarios,
    List<InitialCase> cases) {

  /// A pack is loaded in one transaction, and each of its parts has an entry there.
  static final int MOST_CASES = 50;

  static final int MOST_POLICIES = 20;
  static final int MOST_SCENARIOS = 20;
  static final int LONGEST_REASON = 500;

  /// Leaves room for the part that a case gets when it is put away ([Case#putAway]).
  static final int LONGEST_REFERENCE = 80;

  public Pack {
    gates = List.copyOf(gates);
    policies = List.copyOf(policies);
    scenarios = List.copyOf(scenarios);
    cases = List.copyOf(cases);
  }

  /// How a gate stands at the start.
  ///
  /// @param upTo the largest amount for which it is authorized; none for any
  public record InitialGate(
      String transition, boolean authorized, Optional<Long> upTo, String reason) {}

  /// How a case may begin.
  ///
  /// @param manualSeconds how long its first step takes a person by hand
  /// @param attributes facts of all its cases
  /// @param tasks that wait for people from the start
  public record Scenario(
      String name,
      String title,
      String queue,
      long manualSeconds,
      JsonObject attributes,
      List<TaskTemplate> tasks) {
    public Scenario {
      tasks = List.copyOf(tasks);
    }
  }

  /// A case that is there at the start.
  ///
  /// @param tasks of its scenario
  public record InitialCase(
      String reference, String queue, JsonObject attributes, List<TaskTemplate> tasks) {
    public InitialCase {
      tasks = List.copyOf(tasks);
    }
  }

  /// Reads a pack; throws `Refusal.Invalid` with every problem (those of the definition first, then
  /// those of the policies).
  public static Pack parse(Json json) {
    return PackReader.read(json);
  }
}
