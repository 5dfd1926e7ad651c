package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// What is played with: one workflow with every kind of requirement, what its transitions ask for
/// in the judge's own words, and the policies that may ask for more.
final class PlayedWorkflow {
  static final JsonObject DEFINITION =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill",
           "queues": [{"name": "intake"}, {"name": "review"}, {"name": "done"}, {"name": "refused"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
              "approver_roles": ["reviewer"], "handler": "transition",
              "approval": {"expires_seconds": 14400}},
             {"type": "refuse", "from": ["intake", "review"], "to": "refused", "gate": "refusal",
              "approver_roles": ["reviewer"], "handler": "transition",
              "approval": {"veto_roles": ["auditor"], "expires_seconds": 3600}},
             {"type": "finish", "from": "review", "to": "done", "gate": "release",
              "approver_roles": ["approver:pharmacist"], "handler": "transition",
              "approval": {"expires_seconds": 14400}},
             {"type": "settle", "from": ["intake", "review"], "to": "done", "gate": "settlement",
              "approver_roles": ["reviewer"], "handler": "transition",
              "approval": {"quorum": 2, "of": 3, "veto_roles": ["auditor"], "four_eyes": true,
                "expires_seconds": 14400}},
             {"type": "order", "from": "intake", "to": "review", "gate": "orders",
              "approver_roles": ["reviewer"], "handler": "http",
              "call": {"url": "https://erp.example/orders", "compensate_url": "https://erp.example/undo",
                       "attempts": 2},
              "approval": {"expires_seconds": 7200}}]}
          """);

  /// The one that another system carries out.
  static final String REMOTE = "order";

  private static final Duration LONG = Duration.ofHours(4);

  /// Whom a transition asks, and for how long.
  ///
  /// @param seats for each person who has to agree the role that he holds
  record Terms(
      List<String> seats, int of, SortedSet<String> vetoRoles, boolean fourEyes, Duration expires) {

    /// The same with what a policy asks for besides.
    Terms and(Demand demand) {
      return new Terms(
          demand.seats(), of + demand.seats().size() - seats.size(), vetoRoles, fourEyes, expires);
    }
  }

  private static final Map<String, Terms> TERMS =
      Map.of(
          "advance",
          new Terms(List.of("reviewer"), 1, veto(), false, LONG),
          "refuse",
          new Terms(List.of("reviewer"), 1, veto("auditor"), false, Duration.ofHours(1)),
          "finish",
          new Terms(List.of("approver:pharmacist"), 1, veto(), false, LONG),
          "settle",
          new Terms(List.of("reviewer", "reviewer"), 3, veto("auditor"), true, LONG),
          REMOTE,
          new Terms(List.of("reviewer"), 1, veto(), false, Duration.ofHours(2)));

  static final List<String> TYPES = TERMS.keySet().stream().sorted().toList();

  /// A policy about one transition.
  ///
  /// @param seats whom it and the transition ask together; nobody where it forbids
  record Demand(String type, String effect, String arguments, List<String> seats) {
    boolean forbids() {
      return effect.equals("forbid");
    }

    private JsonObject policy() {
      var policy =
          Json.object()
              .put("key", "played")
              .put("message", "more is asked for now")
              .put("effect", effect)
              .put("condition", "action.name == '%s'".formatted(type))
              .build();
      return forbids()
          ? policy
          : policy.with(
              "obligations",
              JsonReader.read(
                  "[{\"name\": \"approval\", \"arguments\": %s}]".formatted(arguments), 8));
    }
  }

  /// For each transition one; never two are in force.
  private static final Map<String, Demand> DEMANDS =
      Map.of(
          "advance",
          new Demand("advance", "forbid", "", List.of()),
          "refuse",
          new Demand(
              "refuse", "require_approval", "{\"quorum\": 2}", List.of("reviewer", "reviewer")),
          "finish",
          new Demand(
              "finish",
              "require_approval",
              "{\"roles\": [\"reviewer\"]}",
              List.of("approver:pharmacist", "reviewer")),
          "settle",
          new Demand(
              "settle",
              "require_approval",
              "{\"quorum\": 3}",
              List.of("reviewer", "reviewer", "reviewer")),
          REMOTE,
          new Demand(
              REMOTE, "require_approval", "{\"quorum\": 2}", List.of("reviewer", "reviewer")));

  private PlayedWorkflow() {}

  static List<String> leadingFrom(String queue) {
    return switch (queue) {
      case "intake" -> List.of("advance", "refuse", "settle", REMOTE, REMOTE);
      case "review" -> List.of("refuse", "finish", "settle");
      default -> List.of();
    };
  }

  static Terms terms(String type) {
    return Objects.requireNonNull(TERMS.get(type));
  }

  static Demand demandOn(String type) {
    return Objects.requireNonNull(DEMANDS.get(type));
  }

  /// Puts the policies into force that everybody begins with, and that one, and says so in the log.
  static void demand(World world, Optional<Demand> demand) {
    world.activate(
        demand.map(Demand::policy).stream().toList(),
        Json.object().put("demand", demand.map(one -> Json.of(one.type()))).build());
  }

  private static SortedSet<String> veto(String... roles) {
    return new TreeSet<>(List.of(roles));
  }
}
