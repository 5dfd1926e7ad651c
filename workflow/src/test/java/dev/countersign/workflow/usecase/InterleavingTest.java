package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.testkit.Property;
import dev.countersign.workflow.ApprovalRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Many actors do whatever comes to their mind; afterwards the log, whose order is the order of
/// effects, is read by a slow obvious judge that holds every invariant of the room against it.
///
/// One actor alone replays from its seed; of several at once each replays what it chose, in an
/// order that is as reproducible as threads are.
class InterleavingTest {
  private static final int STEPS = 60;
  private static final List<String> TYPES = List.of("advance", "refuse", "finish");
  private static final List<String> SEVERITIES = List.of("minor", "major", "severe");
  private static final List<String> DECISIONS = List.of("approve", "approve", "reject", "defer");

  private final World world = World.ready();

  @BeforeEach
  void allowAutomation() {
    world.ceiling("full_auto");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whateverOneAfterTheOtherDoesTheInvariantsHold() {
    Property.holdsFor(
        4,
        random -> {
          play(
              new Stage(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>()), random, STEPS);
          stillWorks();
          new Judge(world).check();
        });
  }

  @Test
  void whateverManyDoAtOnceTheInvariantsHold() {
    Property.holdsFor(
        1,
        random -> {
          var stage = new Stage(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
          try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var actors = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < 4; i++) {
              var own = new SplittableRandom(random.nextLong());
              actors.add(CompletableFuture.runAsync(() -> play(stage, own, STEPS), threads));
            }
            actors.forEach(CompletableFuture::join);
          }
          stillWorks();
          new Judge(world).check();
        });
  }

  /// Safety would be easy if nothing ran any more.
  private void stillWorks() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    if (proposed.text("state").filter("pending"::equals).isPresent()) {
      world.decide(world.reviewer, proposed, "approve");
    }
    assertThat(world.proposalState(proposed)).isEqualTo("executed");
  }

  /// What the actors know of.
  private record Stage(List<UUID> cases, List<JsonObject> proposals) {}

  private void play(Stage stage, RandomGenerator random, int steps) {
    var freezes = new ArrayList<UUID>();
    for (int i = 0; i < steps; i++) {
      try {
        step(stage, freezes, random);
      } catch (Refusal refused) {
        // What is refused is as good a step as any.
      }
    }
    freezes.forEach(world::lift);
    TYPES.forEach(world::authorize);
  }

  private void step(Stage stage, List<UUID> freezes, RandomGenerator random) {
    if (!freezes.isEmpty() && random.nextInt(3) == 0) {
      world.lift(freezes.removeLast());
      return;
    }
    switch (random.nextInt(29)) {
      case 0, 1 -> stage.cases().add(World.id(world.open(), "case_id"));
      case 2, 3, 4, 5 -> {
        if (!stage.cases().isEmpty()) {
          var caseId = any(stage.cases(), random);
          stage.proposals().add(world.propose(caseId, any(TYPES, random)));
        }
      }
      case 6, 7, 8 -> {
        if (!stage.proposals().isEmpty()) {
          world.decide(somebody(random), any(stage.proposals(), random), any(DECISIONS, random));
        }
      }
      case 9, 10 -> {
        if (!stage.proposals().isEmpty()) {
          var proposed = any(stage.proposals(), random);
          world.approveAndCrash(somebody(random), proposed);
          if (random.nextBoolean()) {
            world.revoke(any(TYPES, random));
            world.execute(proposed);
          }
        }
      }
      case 11, 12 -> {
        if (!stage.proposals().isEmpty()) {
          world.execute(any(stage.proposals(), random));
        }
      }
      case 13 -> world.revoke(any(TYPES, random));
      case 14, 15, 16, 17, 18 -> world.authorize(any(TYPES, random));
      case 19 ->
          freezes.add(
              random.nextBoolean()
                  ? world.freeze("tenant", "*")
                  : world.freeze("action", any(TYPES, random)));
      case 20, 21 -> {
        if (!stage.proposals().isEmpty()) {
          var execution = world.story(any(stage.proposals(), random)).object("execution");
          if (execution.isPresent()) {
            world.rollBack(somebody(random), World.id(execution.get(), "id"));
          }
        }
      }
      case 22 ->
          world.stage(
              any(TYPES, random), any(List.of("propose", "guarded_auto", "full_auto"), random));
      case 23 -> {
        world.clock.advance(ApprovalRules.USUAL_VETO);
        world.workOffDue.round();
      }
      case 24 -> {
        if (!stage.proposals().isEmpty()) {
          world.withdraw(somebody(random), any(stage.proposals(), random));
        }
      }
      case 25, 26 -> {
        if (!stage.proposals().isEmpty()) {
          var note = Integer.toString(random.nextInt());
          stage.proposals().add(world.edit(somebody(random), any(stage.proposals(), random), note));
        }
      }
      case 27, 28 -> {
        if (!stage.proposals().isEmpty()) {
          var execution = world.story(any(stage.proposals(), random)).object("execution");
          if (execution.isPresent()) {
            boolean success = random.nextInt(4) > 0;
            world.report(
                random.nextInt(4) > 0 ? world.observer : world.agent,
                World.id(execution.get(), "id"),
                success,
                success ? "none" : any(SEVERITIES, random));
          }
        }
      }
      default -> throw new AssertionError();
    }
  }

  private Principal somebody(RandomGenerator random) {
    return any(List.of(world.reviewer, world.reviewer2, world.pharmacist, world.agent), random);
  }

  private static <T> T any(List<T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }

  /// Reads the log from its beginning and keeps what it says in plain sets.
  private static final class Judge {
    private final World world;
    private final Map<String, World.LoggedEntry> proposed = new HashMap<>();
    private final Map<String, World.LoggedEntry> approved = new HashMap<>();
    private final Set<String> executed = new HashSet<>();
    private final Set<String> undone = new HashSet<>();
    private final Set<String> over = new HashSet<>();
    private final Set<String> reported = new HashSet<>();
    private final Set<String> openGates = new HashSet<>();
    private final Map<String, JsonObject> freezes = new HashMap<>();
    private final Map<String, Double> versions = new HashMap<>();

    Judge(World world) {
      this.world = world;
    }

    void check() {
      for (var entry : world.log()) {
        read(entry);
      }
      versions.forEach((caseId, version) ->
          assertThat(world.showCases.one(world.agent, UUID.fromString(caseId)).number("version"))
              .as("the case stands where the log says")
              .contains(version));
    }

    private void read(World.LoggedEntry entry) {
      var details = entry.content().object("details").orElseThrow();
      var resource = entry.content().text("resource_id").orElseThrow();
      switch (entry.action()) {
        case "case.opened" -> versions.put(resource, 1.0);
        case "proposal.created" -> proposed.put(entry.correlationId(), entry);
        case "approval.granted", "proposal.authorized" ->
            assertThat(approved.put(entry.correlationId(), entry)).as("approved once").isNull();
        case "execution.rolled_back" -> rollback(entry, details);
        case "proposal.withdrawn", "proposal.superseded", "proposal.expired", "approval.rejected" ->
            assertThat(over.add(entry.correlationId())).as("ended once").isTrue();
        case "outcome.observed" -> outcome(entry);
        case "gate.authorized" -> openGates.add(resource);
        case "gate.revoked" -> openGates.remove(resource);
        case "freeze.set" -> freezes.put(resource, details);
        case "freeze.lifted" -> freezes.remove(resource);
        case "execution.completed" -> execution(entry, details);
        default -> {}
      }
    }

    private void execution(World.LoggedEntry entry, JsonObject details) {
      var id = entry.correlationId();
      var proposal = Objects.requireNonNull(proposed.get(id), "executed but never proposed");
      var approval = Objects.requireNonNull(approved.get(id), "executed but never approved");
      assertThat(executed.add(id)).as("executed once").isTrue();
      assertThat(over).as("what ended is not carried out").doesNotContain(id);
      boolean byStage = approval.action().equals("proposal.authorized");
      assertThat(details.text("authorized_by")).contains(byStage ? "stage" : "approval");
      assertThat(approval.content().text("actor")).isNotEqualTo(proposal.content().text("actor"));
      var asked = proposal.content().object("details").orElseThrow();
      var agreed = approval.content().object("details").orElseThrow();
      assertThat(details.text("action_digest"))
          .isEqualTo(asked.text("action_digest"))
          .isEqualTo(agreed.text("action_digest"));
      assertThat(details.text("approval_digest"))
          .isEqualTo(asked.text("approval_digest"))
          .isEqualTo(agreed.text("approval_digest"));
      var type = asked.text("action_type").orElseThrow();
      if (!byStage) {
        assertThat(approval.content().text("actor").orElseThrow())
            .as("who may approve it")
            .isIn(approvers(type));
      }
      assertThat(openGates).as("the gate is open").contains("refill/" + type);
      assertThat(freezes.values())
          .as("nothing is frozen that covers it")
          .noneMatch(freeze ->
              freeze.text("value").orElseThrow().equals("*")
                  || freeze.text("value").orElseThrow().equals(type));
      var caseId = details.text("case_id").orElseThrow();
      double before = version(details, "before");
      assertThat(versions).containsEntry(caseId, before);
      assertThat(version(details, "after")).isEqualTo(before + 1);
      versions.put(caseId, before + 1);
    }

    /// Who holds the role that the transition names.
    private List<String> approvers(String type) {
      return type.equals("finish")
          ? List.of(world.pharmacist.actor())
          : List.of(world.reviewer.actor(), world.reviewer2.actor(), world.pharmacist.actor());
    }

    /// Once, of what was carried out, by somebody else than the proposer.
    private void outcome(World.LoggedEntry entry) {
      var id = entry.correlationId();
      assertThat(executed).contains(id);
      assertThat(reported.add(id)).as("reported once").isTrue();
      assertThat(entry.content().text("actor"))
          .isNotEqualTo(Objects.requireNonNull(proposed.get(id)).content().text("actor"));
    }

    private void rollback(World.LoggedEntry entry, JsonObject details) {
      assertThat(executed).as("only what was executed is undone").contains(entry.correlationId());
      assertThat(undone.add(entry.correlationId())).as("undone once").isTrue();
      var caseId = details.text("case_id").orElseThrow();
      assertThat(details.object("after").orElseThrow().text("queue"))
          .isEqualTo(details.object("before").orElseThrow().text("queue"));
      double now = version(details, "after");
      assertThat(versions).containsEntry(caseId, now - 1);
      versions.put(caseId, now);
    }

    private static double version(JsonObject details, String which) {
      return details.object(which).orElseThrow().number("version").orElseThrow();
    }
  }
}
