package dev.countersign.cli.api;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import java.util.ArrayList;

/// A refusal as the server words it (RFC 9457).
///
/// @param code a stable word such as `stale_case`
/// @param detail for people
/// @param traceId by which the server's log names the request; may be empty
public record Problem(int status, String code, String detail, String traceId) {

  // A proxy's error page helps nobody.
  private static final int LONGEST_FOREIGN = 200;

  // More reasons are in the document itself; a line should stay one.
  private static final int MOST_REASONS = 5;

  static Problem of(int status, String body) {
    try {
      return of(status, JsonReader.readObject(body));
    } catch (MalformedJson notOurs) {
      var text = body.strip();
      return new Problem(
          status,
          "unknown",
          text.length() > LONGEST_FOREIGN ? text.substring(0, LONGEST_FOREIGN) + "…" : text,
          "");
    }
  }

  private static Problem of(int status, JsonObject document) {
    var reasons = new ArrayList<String>();
    for (var item : document.items("problems")) {
      if (item instanceof JsonObject reason) {
        var pointer = reason.text("pointer").orElse("");
        var message = reason.text("message").or(() -> reason.text("code")).orElse("?");
        reasons.add(pointer.isEmpty() ? message : "`" + pointer + "` " + message);
      }
    }
    var detail = document.text("detail").or(() -> document.text("title")).orElse("no reason given");
    if (!reasons.isEmpty()) {
      int shown = Math.min(reasons.size(), MOST_REASONS);
      detail += " (" + String.join("; ", reasons.subList(0, shown));
      detail += shown < reasons.size() ? "; and " + (reasons.size() - shown) + " more)" : ")";
    }
    return new Problem(
        status,
        document.text("code").orElse("unknown"),
        detail,
        document.text("trace_id").orElse(""));
  }

  /// All of it in one line.
  public String line() {
    var line = "%d %s: %s".formatted(status, code, detail.replaceAll("\\s*\\R\\s*", " "));
    return traceId.isEmpty() ? line : line + " [trace " + traceId + "]";
  }

  /// The same as the end of a command.
  public CommandFailure failure(String what) {
    return new CommandFailure.Failed(what + ": " + line(), hint());
  }

  /// What to do next. Where a code does not say more than its status, its status is enough.
  private String hint() {
    return switch (status) {
      case 400 -> "mend what it names and try again; nothing was changed";
      case 401 -> "the key is not valid there: was the demo's data directory made anew?";
      case 403 ->
          code.equals("permission_denied")
              ? "act with a key whose roles allow it: --as or --key NAME of the keys file"
              : "somebody else has to do this; --as NAME acts with another key";
      case 404 -> "see that the name or id is right and of this tenant, and that the server is";
      case 409 -> conflict();
      case 413 -> "send less at once";
      case 422 -> "repeat exactly what was sent before, or start anew";
      case 429 -> "wait as long as it says, then try again; nothing was changed";
      default ->
          status >= 500
              ? "the server's log says more"
              : "the server refused it, and nothing was changed";
    };
  }

  private String conflict() {
    return switch (code) {
      case "digest_mismatch", "stricter_requirement" ->
          "what waits is not what was shown: show it again before you decide";
      case "already_decided", "decided_before", "approval_expired", "approval_ended" ->
          "nothing waits for you there: `countersign approvals history ID` shows what happened";
      case "stale_case" -> "the case has moved on: read it again; it has to be proposed anew";
      case "blocked" -> "it stays as it is until what blocks it is lifted or opened";
      default -> "it does not fit the state that it found: look at that first; nothing was changed";
    };
  }
}
