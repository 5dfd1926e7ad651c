package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.usecase.Scene.Granted;
import dev.countersign.workflow.usecase.Scene.Named;
import dev.countersign.workflow.usecase.Scene.NothingThere;
import dev.countersign.workflow.usecase.Scene.Proposed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What people say about what was proposed, or will be, in their own name or another's.
final class DecisionMoves {
  private static final List<String> DECISIONS = List.of("approve", "approve", "reject", "defer");
  private static final List<Duration> WHILES =
      List.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(2));
  private static final int SEVERAL = 3;
  private static final int TRIES = 6;
  private static final String WAITS = "pending";

  static final List<PlayedMove> ALL =
      List.of(
          new PlayedMove("approve", 26, scene -> decide(scene, "approve")),
          new PlayedMove("reject", 7, scene -> decide(scene, "reject")),
          new PlayedMove("defer", 4, scene -> decide(scene, "defer")),
          new PlayedMove("approve and crash", 6, DecisionMoves::approveAndCrash),
          new PlayedMove("decide what an inbox shows", 16, DecisionMoves::decideShown),
          new PlayedMove("decide several", 5, DecisionMoves::decideSeveral),
          new PlayedMove("approve and take back", 7, DecisionMoves::approveAndTakeBack),
          new PlayedMove("stand in", 18, DecisionMoves::standIn),
          new PlayedMove("edit", 7, DecisionMoves::edit),
          new PlayedMove("name a delegate", 4, DecisionMoves::name),
          new PlayedMove("revoke a delegation", 4, DecisionMoves::revoke),
          new PlayedMove("decide for another", 14, DecisionMoves::decideForAnother),
          new PlayedMove("agree beforehand to one action", 4, DecisionMoves::grantAction),
          new PlayedMove("agree beforehand to a kind", 4, DecisionMoves::grantKind),
          new PlayedMove("take a grant back", 6, DecisionMoves::endGrant),
          new PlayedMove("show a decoy", 6, DecisionMoves::showDecoy));

  private DecisionMoves() {}

  private static void decide(Scene scene, String decision) {
    var proposed = scene.aProposal(WAITS);
    var who = oneOf(scene, proposed, decision);
    scene.world().decide(who, proposed.answer(), decision);
  }

  /// Who may only stop things mostly does.
  private static Principal oneOf(Scene scene, Proposed proposed, String decision) {
    return decision.equals("reject") && scene.oneIn(2)
        ? scene.cast().auditor()
        : scene.anApprover(proposed.type());
  }

  private static void approveAndCrash(Scene scene) {
    var proposed = scene.aProposal(WAITS);
    scene.world().approveAndCrash(scene.anApprover(proposed.type()), proposed.answer());
  }

  private static void approveAndTakeBack(Scene scene) {
    var proposed = scene.aProposal(WAITS);
    scene.world().decide(scene.anApprover(proposed.type()), proposed.answer(), "approve");
    var story = scene.world().story(proposed.answer());
    var execution = story.object("execution").orElseThrow(NothingThere::new);
    scene.world().rollBack(scene.any(scene.cast().approvers()), World.id(execution, "id"));
  }

  /// For somebody who takes too long, if there is a request in which anybody may.
  private static void standIn(Scene scene) {
    var waiting =
        scene.proposals(WAITS).stream()
            .filter(one -> PlayedWorkflow.terms(one.type(), 1).standIn().isPresent())
            .toList();
    if (waiting.isEmpty()) {
      askForAPharmacist(scene);
      return;
    }
    var one = scene.any(waiting);
    var after = PlayedWorkflow.terms(one.type(), 1).standIn().orElseThrow().after();
    scene.world().clock.advance(scene.oneIn(4) ? after.dividedBy(2) : after);
    scene.world().decide(scene.any(scene.cast().deputies()), one.answer(), scene.any(DECISIONS));
  }

  /// Proposes what he decides, where a case stands for it, so that somebody may stand in later.
  private static void askForAPharmacist(Scene scene) {
    for (int i = 0; i < TRIES; i++) {
      var step = CaseMoves.aStep(scene);
      if (PlayedWorkflow.leadingFrom(step.queue()).contains(PlayedWorkflow.WITHOUT_TASKS)) {
        var finish =
            new CaseMoves.Step(
                step.caseId(),
                step.version(),
                step.workflowVersion(),
                step.queue(),
                PlayedWorkflow.WITHOUT_TASKS);
        CaseMoves.propose(scene, scene.cast().agent(), finish, JsonObject.EMPTY);
        return;
      }
    }
    throw new NothingThere();
  }

  /// A real request or a decoy, in his own name or in that of somebody who named him.
  private static void decideShown(Scene scene) {
    var world = scene.world();
    var person =
        scene.oneIn(4) ? scene.any(scene.cast().delegates()) : scene.any(scene.cast().approvers());
    var page = new Page(Page.MOST, Optional.empty());
    var lines = world.showApprovals.inbox(person, page).items("approvals");
    if (lines.isEmpty()) {
      throw new NothingThere();
    }
    var line = (JsonObject) scene.any(lines);
    var names = line.items("decide_for");
    var body =
        Json.object()
            .put("decision", scene.any(DECISIONS))
            .put("decided_for", names.isEmpty() ? Optional.empty() : Optional.of(names.getFirst()))
            .put("action_digest", line.text("action_digest").orElseThrow())
            .build();
    var request = DecisionRequest.parse(body, TenantProfile.STANDARD);
    world.decideApproval.decide(world.call(person), World.id(line, "id"), request);
  }

  /// Some in one call, of which at least one is accepted; sometimes with the terms of another.
  private static void decideSeveral(Scene scene) {
    var ids = new ArrayList<String>();
    var items = new ArrayList<Json>();
    for (int i = 0; i < SEVERAL; i++) {
      var answer = scene.aProposal(WAITS).answer();
      var terms =
          (scene.oneIn(10) ? scene.aProposal().answer() : answer).object("approval").orElseThrow();
      var id = World.approval(answer).toString();
      if (!ids.contains(id)) {
        ids.add(id);
        items.add(
            Json.object()
                .put("approval_id", id)
                .put("decision", scene.any(DECISIONS))
                .put("action_digest", answer.text("action_digest").orElseThrow())
                .put("approval_digest", terms.text("approval_digest").orElseThrow())
                .build());
      }
    }
    var body = Json.object().put("decisions", Json.array(items)).build();
    var world = scene.world();
    var several = new DecideSeveral(world.ledger, world.decideApproval);
    var person = scene.any(scene.cast().approvers());
    var refused = new ArrayList<Refusal>();
    for (var item : DecisionsRequest.parse(body, TenantProfile.STANDARD).items()) {
      try {
        several.one(world.call(person), refused.size(), item);
      } catch (Refusal one) {
        refused.add(one);
      }
    }
    if (refused.size() == items.size()) {
      throw refused.getFirst();
    }
  }

  private static void edit(Scene scene) {
    var proposed = scene.aProposal(WAITS);
    var note = Integer.toString(scene.random().nextInt(3));
    var edited = scene.world().edit(scene.anApprover(proposed.type()), proposed.answer(), note);
    scene.known().proposals().add(new Proposed(proposed.caseId(), proposed.type(), edited));
  }

  /// Mostly one that is in force.
  private static Named aDelegation(Scene scene) {
    var now = scene.world().clock.instant();
    var inForce = scene.known().delegations().stream().filter(one -> one.inForce(now)).toList();
    return inForce.isEmpty()
        ? name(scene)
        : scene.any(scene.oneIn(6) ? scene.known().delegations() : inForce);
  }

  private static Named name(Scene scene) {
    var world = scene.world();
    var delegator = scene.any(scene.cast().approvers());
    var delegate = scene.any(scene.cast().delegates());
    var now = world.clock.instant();
    var from = scene.oneIn(5) ? now.plus(scene.any(WHILES)) : now;
    var until = from.plus(scene.any(WHILES));
    var roles = scene.oneIn(3) ? List.of("reviewer") : List.<String>of();
    var body =
        Json.object()
            .put("delegate", delegate.actor())
            .put("roles", Json.strings(roles))
            .put("from", from.toString())
            .put("until", until.toString())
            .build();
    var made = world.createDelegation.create(world.call(delegator), CreateDelegation.parse(body));
    var named =
        new Named(World.id(made.answer(), "delegation_id"), delegator, delegate, from, until);
    scene.known().delegations().add(named);
    return named;
  }

  private static void revoke(Scene scene) {
    var one = aDelegation(scene);
    var who = scene.oneIn(2) ? one.delegator() : one.delegate();
    scene.world().revokeDelegation.revoke(scene.world().call(who), one.id());
  }

  private static void decideForAnother(Scene scene) {
    var one = aDelegation(scene);
    scene
        .world()
        .decideFor(
            one.delegate(), one.delegator(), scene.aProposal(WAITS).answer(), scene.any(DECISIONS));
  }

  /// And then it is mostly proposed.
  private static void grantAction(Scene scene) {
    var step = CaseMoves.aStep(scene);
    var payload = scene.any(CaseMoves.PAYLOADS);
    var action =
        new ProposedAction(
            scene.world().tenant,
            step.caseId(),
            step.version(),
            "refill",
            step.workflowVersion(),
            new Action(step.type(), payload));
    grant(scene, Json.object().put("action_digest", action.digest().hex()));
    if (!scene.oneIn(4)) {
      CaseMoves.propose(scene, scene.any(scene.cast().proposers()), step, payload);
    }
  }

  private static void grantKind(Scene scene) {
    var template =
        Json.object()
            .put("workflow", "refill")
            .put("transition", scene.any(PlayedWorkflow.TYPES))
            .put("payload", scene.any(CaseMoves.PAYLOADS.subList(1, CaseMoves.PAYLOADS.size())));
    if (scene.oneIn(3)) {
      template.put("case_id", scene.aCase().toString());
    }
    grant(scene, Json.object().put("template", template.build()));
  }

  private static void grant(Scene scene, Json.Builder body) {
    var world = scene.world();
    var grantor = scene.any(scene.cast().approvers());
    var expires = world.clock.instant().plus(scene.any(WHILES)).toString();
    var request = CreateGrant.parse(body.put("expires_at", expires).build());
    var made = world.createGrant.create(world.call(grantor), request).answer();
    scene.known().grants().add(new Granted(World.id(made, "grant_id"), grantor));
  }

  private static void endGrant(Scene scene) {
    var one = scene.recent(scene.known().grants());
    scene.world().endGrants.revoke(scene.world().call(one.grantor()), one.id());
  }

  /// Beside a request that is made at once, if a case is in the right place for it.
  private static void showDecoy(Scene scene) {
    scene.world().watch("{\"decoy_rate\": 1}");
    try {
      CaseMoves.propose(scene, scene.cast().agent(), CaseMoves.aStep(scene), JsonObject.EMPTY);
    } finally {
      scene.world().watch("{\"decoy_rate\": 0}");
    }
  }
}
