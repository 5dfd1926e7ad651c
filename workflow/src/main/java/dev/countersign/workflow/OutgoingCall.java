package dev.countersign.workflow;

import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;

/// One attempt to have another system carry an action out, or take it back.
///
/// @param idempotencyKey the same for every attempt of the same phase of an execution
/// @param body the same as well
/// @param timeout for the attempt as a whole
public record OutgoingCall(String url, String idempotencyKey, JsonObject body, Duration timeout) {

  /// What came of it.
  public sealed interface Reply {

    /// The system has done it.
    record Done() implements Reply {}

    /// The system will not do it, however often it is asked.
    record Refused(int status) implements Reply {}

    /// Nobody knows whether it was done, or it was not done now; asking again may help.
    record Unavailable(String why) implements Reply {}

    /// It was not asked, because it is known to be away or has enough to do; that costs no attempt.
    record Postponed(String why, Duration rest) implements Reply {}
  }
}
