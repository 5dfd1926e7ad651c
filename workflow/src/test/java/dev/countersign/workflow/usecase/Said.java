package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An entry of the log as a judge reads it.
///
/// @param about the governed action that it is a step of
record Said(
    String action, String about, String actor, String resource, Instant at, JsonObject details) {

  static Said of(World.LoggedEntry entry) {
    var content = entry.content();
    return new Said(
        entry.action(),
        entry.correlationId(),
        content.text("actor").orElseThrow(),
        content.text("resource_id").orElseThrow(),
        Instant.parse(content.text("time").orElseThrow()),
        content.object("details").orElseThrow());
  }

  String text(String name) {
    return details.text(name).orElseThrow();
  }

  Optional<String> maybe(String name) {
    return details.text(name);
  }

  int count(String name) {
    return details.number(name).orElseThrow().intValue();
  }

  double version(String which) {
    return details.object(which).orElseThrow().number("version").orElseThrow();
  }

  /// What of it is counted: its action, and why, where that matters.
  List<String> kinds() {
    return switch (action) {
      case "execution.parked", "proposal.superseded" ->
          List.of(action, action + " " + text("code"));
      case "approval.granted", "approval.rejected" ->
          maybe("decided_for").isPresent()
              ? List.of(action, action + " for another")
              : List.of(action);
      case "task.opened" ->
          maybe("proposal_id").isPresent()
              ? List.of(action, action + " by a transition")
              : List.of(action);
      case "task.failed" ->
          maybe("proposal_id").isPresent() ? List.of(action + " by a rollback") : List.of(action);
      case "execution.completed", "execution.started" ->
          List.of(action, action + " by " + maybe("authorized_by").orElse("nobody"));
      default -> List.of(action);
    };
  }

  @Override
  public String toString() {
    return action + " " + about + " by " + actor + " at " + at + " " + details;
  }
}
