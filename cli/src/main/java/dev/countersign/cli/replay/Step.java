package dev.countersign.cli.replay;

import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.function.Supplier;

/// What is to be done next for a case that a person decided, by what the server says of it.
sealed interface Step {

  /// @param attempt how many of its proposals ended without a decision
  record Propose(int attempt) implements Step {}

  record Decide(String proposalId, String approvalId, String actionDigest) implements Step {}

  /// It is approved; its execution is on the way.
  record Await(String proposalId) implements Step {}

  record Observe(String proposalId, String executionId) implements Step {}

  record Done(Ending ending) implements Step {}

  /// How a case ended.
  enum Ending {
    REJECTED,
    SUCCEEDED,
    HARMED,
    /// Executed, and nothing is known of what came of it.
    UNOBSERVED,
    /// Approved, and its execution failed.
    FAILED
  }

  /// An answer of the server in which something is missing.
  static final class NotUnderstood extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotUnderstood(String message) {
      super(message);
    }
  }

  /// The next step by all proposals for one action on a case, newest first.
  static Step after(List<JsonObject> stories) {
    int ended = 0;
    for (var story : stories) {
      switch (required(story, "state")) {
        case "expired", "withdrawn", "superseded" -> ended++;
        default -> {
          return after(story);
        }
      }
    }
    return new Propose(ended);
  }

  /// The next step by one proposal's story, or by the answer to a request about it.
  static Step after(JsonObject story) {
    var id = required(story, "proposal_id");
    // The answer to a decision has the approval's state where a story has the proposal's.
    var state = story.text("proposal_state").orElseGet(() -> required(story, "state"));
    return switch (state) {
      case "pending" ->
          new Decide(
              id,
              story
                  .object("approval")
                  .flatMap(approval -> approval.text("id"))
                  .orElseThrow(missing("approval")),
              required(story, "action_digest"));
      case "approved", "executing" -> new Await(id);
      case "executed", "rolled_back", "rollback_failed" -> executed(story, id);
      case "rejected" -> new Done(Ending.REJECTED);
      case "failed" -> new Done(Ending.FAILED);
      // The one that replaces it is asked for anew.
      case "expired", "withdrawn", "superseded" -> new Propose(1);
      default -> throw new NotUnderstood("proposal `" + id + "` is `" + state + "`");
    };
  }

  private static Step executed(JsonObject story, String id) {
    var outcome = story.object("outcome");
    if (outcome.isPresent()) {
      boolean success = outcome.get().truth("success").orElseThrow(missing("success"));
      return new Done(success ? Ending.SUCCEEDED : Ending.HARMED);
    }
    return new Observe(
        id,
        story
            .object("execution")
            .flatMap(execution -> execution.text("id"))
            .orElseThrow(missing("execution")));
  }

  private static String required(JsonObject json, String name) {
    return json.text(name).orElseThrow(missing(name));
  }

  private static Supplier<NotUnderstood> missing(String name) {
    return () -> new NotUnderstood("the answer has no `" + name + "`");
  }
}
