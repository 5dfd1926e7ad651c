package dev.countersign.cli.simulate;

import dev.countersign.cli.api.Answer;
import dev.countersign.cli.api.Answer.Done;
import dev.countersign.cli.api.Answer.Refused;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.Problem;
import dev.countersign.cli.api.Server;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Takes made-up cases through their lives over HTTP: an agent proposes, reviewers decide, somebody
/// observes. Safe for use by many threads, each with its own case.
///
/// A request has an idempotency key that the same run makes again, so a run that was stopped goes
/// on where it was, for a day; after that a case that is there is left alone.
final class CaseLife {
  // Longer than any way through a pack; a way in circles ends here.
  private static final int MOST_STEPS = 12;

  private static final Duration EXECUTION_LIMIT = Duration.ofSeconds(30);
  private static final Duration EXECUTION_POLL = Duration.ofMillis(100);

  // In the time of the simulation: people take a while, and what came of it shows later.
  private static final Duration TO_DECIDE = Duration.ofMinutes(20);
  private static final Duration TO_OBSERVE = Duration.ofHours(6);
  private static final Duration STEP = Duration.ofHours(8);

  private final Api api;
  private final Server server;
  private final PackModel model;
  private final long seed;
  private final Tally tally;

  CaseLife(Api api, Server server, PackModel model, long seed, Tally tally) {
    this.api = api;
    this.server = server;
    this.model = model;
    this.seed = seed;
    this.tally = tally;
  }

  /// Where a case stands.
  private record Standing(String caseId, long version, String queue) {}

  void live(SimulatedCase subject) {
    var opened = open(subject);
    if (opened.isEmpty()) {
      tally.before();
      return;
    }
    tally.opened();
    var standing = opened;
    for (int turn = 0; turn < MOST_STEPS && standing.isPresent(); turn++) {
      var at = standing.get();
      var action = model.proposes(at.queue(), subject.facts());
      var number = turn;
      standing = action.flatMap(type -> step(subject, at, type, number));
    }
  }

  private Optional<Standing> open(SimulatedCase subject) {
    var body =
        Json.object()
            .put("workflow", model.workflow())
            .put("reference", subject.reference())
            .put("queue", subject.queue())
            .put("attributes", subject.facts())
            .put("occurred_at", subject.at().toString())
            .build();
    return switch (post(model.agent().key(), "/v1/cases", subject, "open", body)) {
      case Done(var answer) -> Optional.of(standing(answer));
      case Refused(var problem) when problem.code().equals("reference_taken") -> Optional.empty();
      case Refused(var problem) -> throw problem.failure("opening `" + subject.reference() + "`");
    };
  }

  private static Standing standing(JsonObject answer) {
    return new Standing(
        required(answer, "case_id"),
        answer
            .number("version")
            .orElseThrow(() -> Answer.notUnderstood("a case", "it has no `version`"))
            .longValue(),
        required(answer, "queue"));
  }

  /// One action from its proposal to its outcome; where the case stands then, if it goes on.
  private Optional<Standing> step(SimulatedCase subject, Standing at, String action, int turn) {
    var judgement = model.judge(seed, subject, at.queue(), turn);
    var when = subject.at().plus(STEP.multipliedBy(turn));
    var proposed = propose(subject, at, action, turn, judgement, when);
    if (proposed.isEmpty()) {
      tally.count(at.queue(), Tally.What.BLOCKED);
      return Optional.empty();
    }
    tally.count(at.queue(), Tally.What.PROPOSED);
    var state = decide(subject, proposed.get(), turn, judgement, when.plus(TO_DECIDE));
    switch (state) {
      case "rejected" -> tally.count(at.queue(), Tally.What.REJECTED);
      case "executed", "approved", "executing" -> {
        tally.count(at.queue(), Tally.What.APPROVED);
        return executed(subject, at, proposed.get(), turn, judgement, when.plus(TO_OBSERVE));
      }
      default -> tally.count(at.queue(), Tally.What.WAITING);
    }
    return Optional.empty();
  }

  private Optional<JsonObject> propose(
      SimulatedCase subject,
      Standing at,
      String action,
      int turn,
      Judgement judgement,
      Instant when) {
    var body =
        Json.object()
            .put("case_id", at.caseId())
            .put("case_version", at.version())
            .put("action", Json.object().put("type", action).build())
            .put(
                "prediction",
                Json.object()
                    .put("confidence", judgement.confidence())
                    .put("safety", judgement.safety())
                    .put("time_saved_seconds", judgement.timeSavedSeconds())
                    .build())
            .put("occurred_at", when.toString())
            .build();
    return switch (post(model.agent().key(), "/v1/proposals", subject, "propose-" + turn, body)) {
      case Done(var answer) -> Optional.of(answer);
      // A closed gate, a guard or a freeze is an answer to an agent, not the end of the simulation.
      case Refused(var problem) when problem.code().equals("blocked") -> Optional.empty();
      case Refused(var problem) ->
          throw problem.failure("proposing `" + action + "` for `" + subject.reference() + "`");
    };
  }

  /// Asks reviewer after reviewer until nobody else is needed; yields the proposal's state.
  private String decide(
      SimulatedCase subject, JsonObject proposed, int turn, Judgement judgement, Instant when) {
    var approval = proposed.object("approval").flatMap(given -> given.text("id"));
    var state = required(proposed, "state");
    if (approval.isEmpty()) {
      return state;
    }
    for (var vote : judgement.votes()) {
      if (!state.equals("pending")) {
        return state;
      }
      var body =
          Json.object()
              .put("decision", vote.approves() ? "approve" : "reject")
              .put("action_digest", required(proposed, "action_digest"))
              .put("reason", "simulated")
              .put("occurred_at", when.toString())
              .build();
      var path = "/v1/approvals/" + approval.get() + "/decisions";
      state =
          switch (post(vote.reviewer(), path, subject, "decide-" + turn + vote.reviewer(), body)) {
            case Done(var answer) -> required(answer, "proposal_state");
            case Refused(var problem) when another(problem) -> state;
            case Refused(var problem) ->
                throw problem.failure("deciding on `" + subject.reference() + "`");
          };
    }
    return state;
  }

  /// Whether it is somebody else's turn.
  private static boolean another(Problem problem) {
    return problem.code().equals("not_needed") || problem.code().equals("not_an_approver");
  }

  private Optional<Standing> executed(
      SimulatedCase subject,
      Standing at,
      JsonObject proposed,
      int turn,
      Judgement judgement,
      Instant when) {
    var execution = execution(required(proposed, "proposal_id"));
    if (execution.isEmpty()) {
      return Optional.empty();
    }
    tally.count(at.queue(), Tally.What.EXECUTED);
    var body =
        Json.object()
            .put("success", judgement.success())
            .put("severity", judgement.success() ? "none" : judgement.severity())
            .put("time_saved_seconds", judgement.success() ? judgement.timeSavedSeconds() : 0)
            .put("source", "simulation")
            .put("occurred_at", when.toString())
            .build();
    var path = "/v1/executions/" + execution.get().id() + "/outcome";
    switch (post(model.observer(), path, subject, "observe-" + turn, body)) {
      case Done(_) -> {}
      case Refused(var problem) when problem.code().equals("outcome_reported") -> {}
      case Refused(var problem) ->
          throw problem.failure("reporting the outcome of `" + subject.reference() + "`");
    }
    tally.count(at.queue(), judgement.success() ? Tally.What.SUCCEEDED : Tally.What.HARMED);
    if (!judgement.success()) {
      return Optional.empty();
    }
    return Optional.of(execution.get().standing(at.caseId()));
  }

  /// What was carried out.
  private record Execution(String id, JsonObject after) {
    /// Where it left the case. Not where the case is: an earlier run may have taken it further.
    Standing standing(String caseId) {
      return CaseLife.standing(after.with("case_id", Json.of(caseId)));
    }
  }

  /// Empty if it was not carried out, in the end.
  private Optional<Execution> execution(String proposalId) {
    long deadline = System.nanoTime() + EXECUTION_LIMIT.toNanos();
    while (true) {
      var story =
          api.get(server.key(model.agent().key()), "/v1/proposals/" + proposalId)
              .orFail("looking at proposal `" + proposalId + "`");
      var state = required(story, "state");
      if (state.equals("executed")) {
        var execution = story.object("execution").orElse(JsonObject.EMPTY);
        return Optional.of(
            new Execution(
                required(execution, "id"), execution.object("after").orElse(JsonObject.EMPTY)));
      }
      boolean coming = state.equals("approved") || state.equals("executing");
      if (!coming || System.nanoTime() > deadline) {
        return Optional.empty();
      }
      pause();
    }
  }

  private Answer post(
      String keyName, String path, SimulatedCase subject, String step, JsonObject body) {
    var digest =
        Digest.ofCanonical(
            Json.object()
                .put("pack", model.pack())
                .put("reference", subject.reference())
                .put("step", step)
                .put("body", body)
                .build());
    return api.post(server.key(keyName), path, "simulate-" + digest.hex(), body);
  }

  private static String required(JsonObject json, String name) {
    return json.text(name)
        .orElseThrow(() -> Answer.notUnderstood("the answer", "it has no `" + name + "`"));
  }

  private static void pause() {
    try {
      Thread.sleep(EXECUTION_POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure.Interrupted("run the same command again; it goes on where it was");
    }
  }
}
