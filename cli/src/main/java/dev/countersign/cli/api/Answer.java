package dev.countersign.cli.api;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json.JsonObject;

/// What the server said to one request.
public sealed interface Answer {

  record Done(JsonObject body) implements Answer {}

  record Refused(Problem problem) implements Answer {}

  /// The body, for a caller to whom a refusal is the end.
  ///
  /// @param what was attempted: `opening case `173688``
  default JsonObject orFail(String what) {
    return switch (this) {
      case Done(var body) -> body;
      case Refused(var problem) -> throw problem.failure(what);
    };
  }

  /// The end of a command whose answer makes no sense.
  static CommandFailure notUnderstood(String what, String why) {
    return new CommandFailure.Failed(
        what + ": the answer is not understood: " + why,
        "are this program and the server of the same version?");
  }
}
