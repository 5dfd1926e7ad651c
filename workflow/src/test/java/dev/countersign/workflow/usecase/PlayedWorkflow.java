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

/// What is played with: one workflow with every kind of requirement, in two versions, what its
/// transitions ask for in the judge's own words, and the policies that may ask for more.
final class PlayedWorkflow {
  /// @param version 1 or 2; they differ in how many people a settlement asks for
  static JsonObject definition(int version) {
    return JsonReader.readObject(
        """
        {"key": "refill", "title": "Refill",
         "queues": [{"name": "intake"}, {"name": "review"}, {"name": "done"}, {"name": "refused"}],
         "transitions": [
           {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
            "approver_roles": ["reviewer"], "handler": "transition",
            "opens": [{"type": "call"}],
            "approval": {"expires_seconds": 14400}},
           {"type": "refuse", "from": ["intake", "review"], "to": "refused", "gate": "refusal",
            "approver_roles": ["reviewer"], "handler": "transition",
            "approval": {"veto_roles": ["auditor"], "expires_seconds": 3600}},
           {"type": "finish", "from": "review", "to": "done", "gate": "release",
            "approver_roles": ["approver:pharmacist"], "handler": "transition",
            "guard": "case.open_tasks == 0",
            "approval": {"expires_seconds": 14400,
              "escalate": {"after_seconds": 1800, "roles": ["approver:clerk"]}}},
           {"type": "settle", "from": ["intake", "review"], "to": "done", "gate": "settlement",
            "approver_roles": ["reviewer"], "handler": "transition",
            "approval": {"quorum": %d, "of": 3, "veto_roles": ["auditor"], "four_eyes": true,
              "expires_seconds": 14400}},
           {"type": "order", "from": "intake", "to": "review", "gate": "orders",
            "approver_roles": ["reviewer"], "handler": "http",
            "call": {"url": "https://erp.example/orders", "compensate_url": "https://erp.example/undo",
                     "attempts": 2},
            "approval": {"expires_seconds": 7200}}]}
        """
            .formatted(settling(version).size()));
  }

  private static List<String> settling(int version) {
    return version == 1
        ? List.of("reviewer", "reviewer")
        : List.of("reviewer", "reviewer", "reviewer");
  }

  /// The one that waits until there is nothing left to do.
  static final String WITHOUT_TASKS = "finish";

  /// The one that gives somebody something to do.
  static final String OPENS_A_TASK = "advance";

  /// The one that another system carries out.
  static final String REMOTE = "order";

  static final Duration UNTIL_ESCALATED = Duration.ofMinutes(30);

  private static final Duration LONG = Duration.ofHours(4);

  /// Whom a transition asks, and for how long.
  ///
  /// @param seats for each person who has to agree the role that he holds
  /// @param standIn who may take the first seat once it has waited too long
  record Terms(
      List<String> seats,
      int of,
      SortedSet<String> vetoRoles,
      boolean fourEyes,
      Duration expires,
      Optional<StandIn> standIn) {

    /// The same with what a policy asks for besides.
    Terms and(Demand demand) {
      return new Terms(
          demand.seats(),
          of + Math.max(0, demand.seats().size() - seats.size()),
          vetoRoles,
          fourEyes,
          expires,
          standIn);
    }
  }

  record StandIn(String role, Duration after) {}

  private static final Map<String, Terms> TERMS =
      Map.of(
          "advance",
          terms(List.of("reviewer"), 1, veto(), false, LONG),
          "refuse",
          terms(List.of("reviewer"), 1, veto("auditor"), false, Duration.ofHours(1)),
          "finish",
          new Terms(
              List.of("approver:pharmacist"),
              1,
              veto(),
              false,
              LONG,
              Optional.of(new StandIn("approver:clerk", UNTIL_ESCALATED))),
          "settle",
          terms(settling(1), 3, veto("auditor"), true, LONG),
          REMOTE,
          terms(List.of("reviewer"), 1, veto(), false, Duration.ofHours(2)));

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
          new Demand(REMOTE, "forbid", "", List.of()));

  private PlayedWorkflow() {}

  static List<String> leadingFrom(String queue) {
    return switch (queue) {
      case "intake" -> List.of("advance", "refuse", "settle", REMOTE, REMOTE);
      case "review" -> List.of("refuse", "finish", "settle");
      default -> List.of();
    };
  }

  private static Terms terms(
      List<String> seats, int of, SortedSet<String> vetoRoles, boolean fourEyes, Duration expires) {
    return new Terms(seats, of, vetoRoles, fourEyes, expires, Optional.empty());
  }

  /// @param version of the workflow
  static Terms terms(String type, int version) {
    return type.equals("settle")
        ? terms(settling(version), 3, veto("auditor"), true, LONG)
        : Objects.requireNonNull(TERMS.get(type));
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
