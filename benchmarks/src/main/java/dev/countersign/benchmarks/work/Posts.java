package dev.countersign.benchmarks.work;

import dev.countersign.workflow.OutgoingCall;
import dev.countersign.workflow.OutgoingCall.Reply;
import dev.countersign.workflow.usecase.ActionCalls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/// Asks another system by HTTP with its idempotency key, without what the server has around it: no
/// signature, no retries of its own. Safe for use by many threads.
final class Posts implements ActionCalls {
  private static final int SERVER_ERROR = 500;
  private static final int REDIRECT = 300;

  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  public Reply call(OutgoingCall call) {
    var request =
        HttpRequest.newBuilder(URI.create(call.url()))
            .timeout(call.timeout())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", call.idempotencyKey())
            .POST(BodyPublishers.ofString(call.body().toString()))
            .build();
    try {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      if (status >= SERVER_ERROR) {
        return new Reply.Unavailable("status_" + status);
      }
      return status < REDIRECT ? new Reply.Done() : new Reply.Refused(status);
    } catch (IOException e) {
      return new Reply.Unavailable("no_answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply.Unavailable("interrupted");
    }
  }
}
