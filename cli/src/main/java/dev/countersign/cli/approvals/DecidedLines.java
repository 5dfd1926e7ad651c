package dev.countersign.cli.approvals;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What came of a decision, in words.
final class DecidedLines {
  private DecidedLines() {}

  static List<String> of(JsonObject answer) {
    var lines = new ArrayList<String>();
    var state = ActingOptions.text(answer, "state");
    boolean pending = state.equals("pending");
    lines.add("the request is " + state + (pending ? ": " + standing(answer) : ""));
    answer
        .text("proposal_state")
        .filter(_ -> !pending)
        .ifPresent(proposal -> lines.add("the proposal is " + proposal));
    answer
        .object("decoy")
        .ifPresent(decoy ->
            lines.add("it was a decoy that should be rejected: " + decoy.text("why").orElse("?")));
    if (!answer.items("blocked").isEmpty()) {
      lines.add("it waits: " + JsonWriter.text(answer.member("blocked").orElse(Json.NULL)));
    }
    return lines;
  }

  private static String standing(JsonObject answer) {
    var needed =
        answer.items("needed").stream()
            .map(each -> needed((JsonObject) each))
            .collect(Collectors.joining(" and "));
    return "approved by %.0f of %.0f; still needed: %s"
        .formatted(
            answer.number("approved").orElse(0.0), answer.number("quorum").orElse(1.0), needed);
  }

  private static String needed(JsonObject group) {
    var roles =
        group.items("roles").stream()
            .map(role -> role instanceof JsonString(var name) ? name : "?")
            .collect(Collectors.joining(" or "));
    int people = group.number("quorum").orElse(1.0).intValue();
    return people == 1 ? roles : people + " with " + roles;
  }
}
