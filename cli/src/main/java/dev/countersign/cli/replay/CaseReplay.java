package dev.countersign.cli.replay;

import dev.countersign.cli.api.Answer;
import dev.countersign.cli.api.Answer.Done;
import dev.countersign.cli.api.Answer.Refused;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.api.Problem;
import dev.countersign.cli.api.Server;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Takes cases through their lives over HTTP. Safe for use by many threads, each with its own case.
///
/// Each method asks as if nothing had happened yet: what an earlier run did is answered by the
/// idempotency key for a day, and afterwards by a conflict, upon which the server is asked how far
/// the case is. The keys of one case are forgotten in the order of its steps, so whoever still gets
/// the stored answer to the first gets those to all.
final class CaseReplay {
  // Propose, decide, await, observe; and once more where a proposal ended in between.
  private static final int MOST_STEPS = 12;

  // An approved proposal is executed at once, or by a timer within seconds after a crash.
  private static final Duration EXECUTION_LIMIT = Duration.ofSeconds(60);
  private static final Duration EXECUTION_POLL = Duration.ofMillis(100);

  private static final String REASON = "as recorded in the log";

  private final Api api;
  private final Server server;
  private final Mapping mapping;
  private final Idempotency idempotency;

  CaseReplay(Api api, Server server, Mapping mapping, Idempotency idempotency) {
    this.api = api;
    this.server = server;
    this.mapping = mapping;
    this.idempotency = idempotency;
  }

  /// A case on the server.
  ///
  /// @param before whether an earlier run opened it, so that it may have proposals by now
  record Opened(String caseId, long version, boolean before) {}

  /// Opens the case, or finds it.
  Opened open(LoggedCase subject) {
    var body =
        Json.object()
            .put("workflow", mapping.workflow())
            .put("reference", subject.reference())
            .put("queue", mapping.queue().map(Json::of))
            .put("attributes", subject.attributes())
            .put("occurred_at", subject.submitted().toString())
            .build();
    var what = "opening case `" + subject.reference() + "`";
    return switch (post(mapping.parts().agent(), "/v1/cases", subject, "open", body)) {
      case Done(var answer) -> opened(what, answer, false);
      case Refused(var problem) when problem.code().equals("reference_taken") -> found(subject);
      case Refused(var problem) when problem.code().equals("workflow_not_found") ->
          throw new CommandFailure.Failed(
              what + ": " + problem.line(),
              "the workflow is defined by packs/" + mapping.pack() + ", which the demo loads");
      case Refused(var problem) -> throw problem.failure(what);
    };
  }

  private Opened found(LoggedCase subject) {
    var what = "looking for case `" + subject.reference() + "`";
    var path =
        "/v1/cases?workflow=%s&reference=%s"
            .formatted(Api.quoted(mapping.workflow()), Api.quoted(subject.reference()));
    for (var item : get(mapping.parts().agent(), path).orFail(what).items("cases")) {
      // Compared here, too: a list that was not filtered must not be taken for the answer.
      if (item instanceof JsonObject one
          && one.text("reference").filter(subject.reference()::equals).isPresent()
          && one.text("workflow").filter(mapping.workflow()::equals).isPresent()) {
        return opened(what, one, true);
      }
    }
    throw new CommandFailure.Failed(
        what + ": its reference is taken, but it is not shown",
        "is it a case of another tenant's site?");
  }

  private static Opened opened(String what, JsonObject answer, boolean before) {
    var id = answer.text("case_id");
    var version = answer.number("version");
    if (id.isEmpty() || version.isEmpty()) {
      throw Answer.notUnderstood(what, "it has no `case_id` or `version`");
    }
    return new Opened(id.get(), version.get().longValue(), before);
  }

  /// Proposes the action on a case that a person decides, or finds how far it is.
  Step begin(LoggedCase subject, Opened opened) {
    // A rejected case is as open as before, and would be proposed again. One that this run opened
    // has nothing yet but what the idempotency keys know.
    var step =
        opened.before()
            ? next("looking at case `" + subject.reference() + "`", proposals(opened))
            : new Step.Propose(0);
    return step instanceof Step.Propose(var attempt) ? propose(subject, opened, attempt) : step;
  }

  private Step propose(LoggedCase subject, Opened opened, int attempt) {
    var body =
        Json.object()
            .put("case_id", opened.caseId())
            .put("case_version", opened.version())
            .put("action", Json.object().put("type", mapping.action()).build())
            .put("occurred_at", subject.submitted().toString())
            .build();
    var what = "proposing `" + mapping.action() + "` for case `" + subject.reference() + "`";
    return switch (post(
        mapping.parts().agent(), "/v1/proposals", subject, "propose-" + attempt, body)) {
      case Done(var answer) -> next(what, answer);
      case Refused(var problem) when conflict(problem) -> resumed(what, opened, problem);
      case Refused(var problem) -> throw problem.failure(what);
    };
  }

  /// Carries the case from `step` to its end; yields how it ended.
  ///
  /// MUST be called in the order of the decisions: trust follows the order of the log.
  Step.Ending finish(
      LoggedCase subject, LoggedCase.Decision decision, Opened opened, Step beginning) {
    var step = beginning;
    for (int turn = 0; turn < MOST_STEPS; turn++) {
      step =
          switch (step) {
            case Step.Propose(var attempt) -> propose(subject, opened, attempt);
            case Step.Decide decide -> decide(subject, decision, opened, decide);
            case Step.Await(var proposalId) -> executed(subject, proposalId);
            case Step.Observe observe -> observe(subject, decision, observe);
            case Step.Done done -> done;
          };
      if (step instanceof Step.Done(var ending)) {
        return ending;
      }
    }
    throw new CommandFailure.Failed(
        "case `" + subject.reference() + "` does not come to an end: next would be " + step,
        "look at its proposals on the dashboard");
  }

  private Step decide(
      LoggedCase subject, LoggedCase.Decision decision, Opened opened, Step.Decide decide) {
    var body =
        Json.object()
            .put("decision", decision.approved() ? "approve" : "reject")
            .put("action_digest", decide.actionDigest())
            .put("reason", REASON)
            .put("occurred_at", decision.at().toString())
            .build();
    var path = "/v1/approvals/" + decide.approvalId() + "/decisions";
    var what = "deciding on case `" + subject.reference() + "`";
    return switch (post(decision.reviewer(), path, subject, "decide", body)) {
      case Done(var answer) -> next(what, answer);
      case Refused(var problem) when conflict(problem) -> resumed(what, opened, problem);
      case Refused(var problem) -> throw problem.failure(what);
    };
  }

  private Step executed(LoggedCase subject, String proposalId) {
    var what = "waiting for the execution on case `" + subject.reference() + "`";
    long deadline = System.nanoTime() + EXECUTION_LIMIT.toNanos();
    while (true) {
      var story = get(mapping.parts().agent(), "/v1/proposals/" + proposalId).orFail(what);
      var step = next(what, story);
      if (!(step instanceof Step.Await)) {
        return step;
      }
      if (System.nanoTime() > deadline) {
        throw new CommandFailure.Failed(
            what + ": proposal `" + proposalId + "` is approved but not executed",
            "is its gate closed, or a freeze set? Then open it and run the same command again");
      }
      pause();
    }
  }

  private Step observe(LoggedCase subject, LoggedCase.Decision decision, Step.Observe observe) {
    if (decision.success().isEmpty()) {
      return new Step.Done(Step.Ending.UNOBSERVED);
    }
    boolean success = decision.success().get();
    var body =
        Json.object()
            .put("success", success)
            .put("severity", success ? "none" : "minor")
            .put("occurred_at", decision.at().toString())
            .build();
    var path = "/v1/executions/" + observe.executionId() + "/outcome";
    var done = new Step.Done(success ? Step.Ending.SUCCEEDED : Step.Ending.HARMED);
    return switch (post(mapping.parts().observer(), path, subject, "observe", body)) {
      case Done(_) -> done;
      case Refused(var problem) when problem.code().equals("outcome_reported") -> done;
      case Refused(var problem) ->
          throw problem.failure("reporting the outcome of case `" + subject.reference() + "`");
    };
  }

  /// How far the case is, after a conflict; the conflict itself if nothing has moved.
  private Step resumed(String what, Opened opened, Problem problem) {
    var step = next(what, proposals(opened));
    return switch (step) {
      // Nothing to go on with, so the conflict is about something else: a closed gate, a freeze.
      case Step.Propose(var attempt) when attempt == 0 -> throw problem.failure(what);
      case Step.Decide _ when problem.code().equals("blocked") -> throw problem.failure(what);
      default -> step;
    };
  }

  /// The stories of all proposals for our action on the case, newest first.
  private List<JsonObject> proposals(Opened opened) {
    var path = "/v1/proposals?case_id=" + Api.quoted(opened.caseId());
    var what = "looking at the proposals of case `" + opened.caseId() + "`";
    var stories = new ArrayList<JsonObject>();
    for (var item : get(mapping.parts().agent(), path).orFail(what).items("proposals")) {
      if (item instanceof JsonObject story && ours(story, opened)) {
        stories.add(story);
      }
    }
    return stories;
  }

  private boolean ours(JsonObject story, Opened opened) {
    return story.text("case_id").filter(opened.caseId()::equals).isPresent()
        && story
            .object("action")
            .flatMap(action -> action.text("type"))
            .filter(mapping.action()::equals)
            .isPresent();
  }

  private static boolean conflict(Problem problem) {
    return problem.status() == 409;
  }

  private Answer post(
      String keyName, String path, LoggedCase subject, String step, JsonObject body) {
    var key = idempotency.key(subject.reference(), step, body);
    return api.post(server.key(keyName), path, key, body);
  }

  private Answer get(String keyName, String path) {
    return api.get(server.key(keyName), path);
  }

  private static Step next(String what, JsonObject story) {
    try {
      return Step.after(story);
    } catch (Step.NotUnderstood e) {
      throw Answer.notUnderstood(what, String.valueOf(e.getMessage()));
    }
  }

  private static Step next(String what, List<JsonObject> stories) {
    try {
      return Step.after(stories);
    } catch (Step.NotUnderstood e) {
      throw Answer.notUnderstood(what, String.valueOf(e.getMessage()));
    }
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
