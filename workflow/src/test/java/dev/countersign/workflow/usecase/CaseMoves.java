package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.workflow.ApprovalRules;
import dev.countersign.workflow.usecase.Scene.NothingThere;
import dev.countersign.workflow.usecase.Scene.Proposed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What is done with cases, proposals and executions, and what time does.
final class CaseMoves {
  static final List<JsonObject> PAYLOADS =
      List.of(
          JsonObject.EMPTY,
          Json.object().put("note", "a").build(),
          Json.object().put("note", "b").build());

  private static final List<String> SEVERITIES = List.of("minor", "major", "severe");
  private static final List<String> STAGES =
      List.of("propose", "guarded_auto", "full_auto", "full_auto");
  private static final List<String> WORK =
      List.of("in_progress", "in_progress", "completed", "failed");
  private static final Duration LATER = Duration.ofMinutes(1);

  static final List<PlayedMove> ALL =
      List.of(
          new PlayedMove("open a case", 14, CaseMoves::open),
          new PlayedMove("propose", 40, CaseMoves::propose),
          new PlayedMove("propose and let it wait", 6, CaseMoves::proposeAndWait),
          new PlayedMove("withdraw", 6, CaseMoves::withdraw),
          new PlayedMove(
              "execute", 4, scene -> scene.world().execute(scene.aProposal("approved").answer())),
          new PlayedMove("roll back", 12, CaseMoves::rollBack),
          new PlayedMove("report what came of it", 8, CaseMoves::report),
          new PlayedMove("redrive", 14, scene -> resolve(scene, true)),
          new PlayedMove("discard", 4, scene -> resolve(scene, false)),
          new PlayedMove("hold", 3, CaseMoves::hold),
          new PlayedMove("release", 8, scene -> release(scene, scene.aCase("held"))),
          new PlayedMove("open a task", 3, scene -> scene.world().task(scene.aCase(), "check")),
          new PlayedMove("work on a task", 30, CaseMoves::work),
          new PlayedMove("migrate", 5, CaseMoves::migrate),
          new PlayedMove("correct", 2, CaseMoves::correct),
          new PlayedMove("reach a stage", 8, CaseMoves::stage),
          new PlayedMove("a minute passes", 12, scene -> pass(scene, LATER)),
          new PlayedMove("a veto's time passes", 3, scene -> pass(scene, ApprovalRules.USUAL_VETO)),
          new PlayedMove("an hour passes", 2, scene -> pass(scene, Duration.ofHours(1))),
          new PlayedMove("days pass", 1, scene -> pass(scene, Duration.ofDays(1))));

  private CaseMoves() {}

  private static void open(Scene scene) {
    var body = Json.object().put("workflow", "refill").build();
    var opener = scene.any(scene.cast().proposers());
    var opened =
        scene
            .world()
            .openCase
            .open(scene.world().call(opener), OpenCase.parse(body, TenantProfile.STANDARD))
            .answer();
    scene.known().cases().add(World.id(opened, "case_id"));
  }

  private static void propose(Scene scene) {
    propose(scene, scene.any(scene.cast().proposers()), aStep(scene), scene.any(PAYLOADS));
  }

  /// So long that others are asked where others may be.
  private static void proposeAndWait(Scene scene) {
    propose(scene);
    pass(scene, PlayedWorkflow.UNTIL_ESCALATED);
  }

  /// What could come next in a case.
  ///
  /// @param version of the case as it was seen
  /// @param workflowVersion under which it was seen
  record Step(UUID caseId, long version, int workflowVersion, String queue, String type) {}

  /// Mostly one that leads on from where the case stands.
  static Step aStep(Scene scene) {
    var caseId = scene.aCase("open");
    var seen = scene.world().showCases.one(scene.cast().agent(), caseId);
    var leading = PlayedWorkflow.leadingFrom(seen.text("queue").orElseThrow());
    var type = scene.any(leading.isEmpty() || scene.oneIn(8) ? PlayedWorkflow.TYPES : leading);
    return new Step(
        caseId,
        seen.number("version").orElseThrow().longValue(),
        seen.number("workflow_version").orElseThrow().intValue(),
        seen.text("queue").orElseThrow(),
        type);
  }

  static void propose(Scene scene, Principal proposer, Step step, JsonObject payload) {
    var world = scene.world();
    var caseId = step.caseId();
    var type = step.type();
    world.chance(caseId, type, scene.oneIn(10)); // What is left to chance is of the actor's seed.
    var action = Json.object().put("type", type).put("payload", payload).build();
    var body = World.proposal(caseId, step.version(), type).with("action", action);
    if (scene.oneIn(6)) {
      var person = scene.any(scene.cast().approvers());
      body = body.with("on_behalf_of", Json.of(person.actor()));
    }
    scene.known().proposals().add(new Proposed(caseId, type, world.propose(proposer, body)));
  }

  static long version(Scene scene, UUID caseId) {
    return scene
        .world()
        .showCases
        .one(scene.cast().agent(), caseId)
        .number("version")
        .orElseThrow()
        .longValue();
  }

  private static void withdraw(Scene scene) {
    scene.world().withdraw(scene.cast().agent(), scene.aProposal("pending").answer());
  }

  private static UUID anExecution(Scene scene) {
    return scene
        .world()
        .story(scene.aProposal("executed").answer())
        .object("execution")
        .map(execution -> World.id(execution, "id"))
        .orElseThrow(NothingThere::new);
  }

  private static void rollBack(Scene scene) {
    scene.world().rollBack(scene.any(scene.cast().approvers()), anExecution(scene));
  }

  private static void report(Scene scene) {
    boolean success = !scene.oneIn(4);
    scene
        .world()
        .report(
            scene.oneIn(4) ? scene.cast().agent() : scene.cast().observer(),
            anExecution(scene),
            success,
            success ? "none" : scene.any(SEVERITIES));
  }

  private static void resolve(Scene scene, boolean again) {
    var world = scene.world();
    var page = Page.parse(Optional.empty(), Optional.empty());
    var reviewer = scene.any(scene.cast().approvers());
    var parked = world.showExecutions.parked(reviewer, page).items("executions");
    if (parked.isEmpty()) {
      throw new NothingThere();
    }
    var id = World.id((JsonObject) scene.any(parked), "id");
    var call = world.call(reviewer);
    if (again) {
      world.resolveParked.redrive(call, id, "it is back");
    } else {
      world.resolveParked.discard(call, id, "done by hand");
    }
  }

  /// A rule holds whatever a letter comes about.
  private static void hold(Scene scene) {
    scene.world().tell(scene.aCase(), "letter", JsonObject.EMPTY);
  }

  static void release(Scene scene, UUID caseId) {
    var body =
        Json.object().put("case_version", version(scene, caseId)).put("reason", "checked").build();
    var world = scene.world();
    var reviewer = scene.any(scene.cast().approvers());
    world.releaseCase.release(world.call(reviewer), caseId, ReleaseCase.parse(body));
  }

  /// Mostly one that waits, mostly till its end.
  private static void work(Scene scene) {
    var caseId = scene.aCase("open");
    var tasks =
        scene.world().showCases.one(scene.cast().agent(), caseId).items("tasks").stream()
            .map(JsonObject.class::cast)
            .toList();
    var waiting =
        tasks.stream()
            .filter(
                task -> List.of("pending", "in_progress").contains(task.text("state").orElse("")))
            .toList();
    if (tasks.isEmpty()) {
      throw new NothingThere();
    }
    var task = scene.any(waiting.isEmpty() ? tasks : waiting);
    boolean begun = task.text("state").equals(Optional.of("in_progress"));
    var state = scene.any(begun ? List.of("completed", "failed") : WORK);
    var id = World.id(task, "task_id");
    work(scene, id, caseId, state);
    if (state.equals("in_progress") && scene.oneIn(2)) {
      work(scene, id, caseId, scene.any(List.of("completed", "failed")));
    }
  }

  static void work(Scene scene, UUID taskId, UUID caseId, String state) {
    var world = scene.world();
    var task =
        world.showCases.one(scene.cast().agent(), caseId).items("tasks").stream()
            .map(JsonObject.class::cast)
            .filter(one -> World.id(one, "task_id").equals(taskId))
            .findFirst()
            .orElseThrow();
    var whoHasIt = task.text("assigned_to");
    var worker =
        scene.cast().approvers().stream()
            .filter(one -> whoHasIt.equals(Optional.of(one.actor())))
            .findFirst()
            .orElseGet(() -> scene.any(scene.cast().proposers()));
    world.change(worker, task, Json.object().put("state", state).build());
  }

  private static void migrate(Scene scene) {
    var caseId = scene.aCase(scene.oneIn(3) ? "held" : "open");
    var seen = scene.world().showCases.one(scene.cast().agent(), caseId);
    var body =
        Json.object()
            .put("workflow_version", 3 - seen.number("workflow_version").orElseThrow().intValue())
            .put("case_version", seen.number("version").orElseThrow().longValue())
            .put("reason", "it fits")
            .build();
    var world = scene.world();
    world.migrateCase.migrate(world.call(world.admin), caseId, MigrateCase.parse(body));
  }

  private static void correct(Scene scene) {
    correct(scene, scene.aCase(scene.oneIn(3) ? "held" : "open"));
  }

  static void correct(Scene scene, UUID caseId) {
    var facts = Json.object().put("note", scene.any(List.of("a", "b", "c"))).build();
    scene.world().correct(scene.any(scene.cast().approvers()), caseId, facts);
  }

  /// And then it is proposed.
  private static void stage(Scene scene) {
    var step = aStep(scene);
    scene.world().stage(step.type(), scene.any(STAGES));
    propose(scene, scene.cast().agent(), step, scene.any(PAYLOADS));
  }

  private static void pass(Scene scene, Duration time) {
    scene.world().clock.advance(time);
    scene.world().workOffDue.round();
  }
}
