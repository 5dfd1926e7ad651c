package dev.countersign.cli.approvals;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.kernel.Json;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Says what a person decides about a request, bound to the terms that he was shown.
final class Deciding {
  private final Console console;
  private final RandomGenerator random;
  private final ActingOptions options;

  Deciding(Console console, RandomGenerator random, ActingOptions options) {
    this.console = console;
    this.random = random;
    this.options = options;
  }

  /// @param digest of the terms, as `approvals show` printed it
  /// @param decidedFor in whose name; empty for his own
  void decide(String id, String decision, String digest, String reason, String decidedFor) {
    var what = "deciding about `" + id + "`";
    var shown = options.ask(random, what, (api, key) -> api.get(key, ApprovalsCommand.address(id)));
    if (!ActingOptions.text(shown, "approval_digest").equals(digest)) {
      throw new CommandFailure.NotUsable(
          "`" + digest + "` is not the digest of this request",
          "`countersign approvals show " + id + "` prints what waits, with its digest");
    }
    var body =
        Json.object()
            .put("decision", decision)
            .put("reason", reason)
            .put(
                "decided_for",
                Optional.of(decidedFor).filter(name -> !name.isEmpty()).map(Json::of))
            .put("action_digest", ActingOptions.text(shown, "action_digest"))
            .put("approval_digest", digest)
            .build();
    var answer =
        options.ask(
            random,
            what,
            (api, key) ->
                api.post(
                    key, ApprovalsCommand.address(id) + "/decisions", Api.freshKey(random), body));
    if (!options.printed(console, answer)) {
      DecidedLines.of(answer).forEach(console.out()::println);
    }
  }
}
