package dev.countersign.server.http;

import dev.countersign.ledger.AddCheckpoint;
import dev.countersign.ledger.usecase.CosignCheckpoint;
import dev.countersign.ledger.usecase.CosignCheckpoint.Answer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/// This server as a witness for other logs (C2SP tlog-witness), without a credential: what counts
/// is the log's signature. Where no log is watched there is nothing.
@Path("/witness")
@RunOnVirtualThread
public final class WitnessRoutes {
  /// Each costs a look at signatures and a transaction.
  private static final int AT_ONCE = 16;

  private final CosignCheckpoint witness;
  private final Caller caller;
  private final Semaphore running = new Semaphore(AT_ONCE);

  WitnessRoutes(CosignCheckpoint witness, Caller caller) {
    this.witness = witness;
    this.caller = caller;
  }

  /// Whatever media type it is sent as: the protocol names none.
  @POST
  @Path("/add-checkpoint")
  @Needs(value = Needs.NOTHING, largest = AddCheckpoint.LARGEST)
  public Response addCheckpoint(InputStream body) throws IOException {
    watching();
    byte[] bytes = body.readNBytes(AddCheckpoint.LARGEST + 1);
    if (bytes.length > AddCheckpoint.LARGEST) {
      throw new Bodies.TooLarge(AddCheckpoint.LARGEST);
    }
    if (!running.tryAcquire()) {
      return problem(busy("too many checkpoints are being cosigned"));
    }
    try {
      return response(witness.answer(bytes));
    } finally {
      running.release();
    }
  }

  private Response response(Answer answer) {
    return switch (answer) {
      case Answer.Cosigned(var lines) ->
          Response.ok(lines, MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8")).build();
      case Answer.Conflict(var size) ->
          Response.status(409)
              .type("text/x.tlog.size")
              // As bytes, for text would be given a charset.
              .entity((size + "\n").getBytes(StandardCharsets.US_ASCII))
              .build();
      case Answer.Malformed(var message) ->
          problem(new Problem(400, "malformed_checkpoint", message));
      case Answer.UnknownLog() ->
          problem(new Problem(404, "log_not_found", "no log of this origin is watched here"));
      case Answer.Untrusted() ->
          problem(
              new Problem(
                  403, "untrusted_checkpoint", "no key that is known of this log has signed"));
      case Answer.Inconsistent(var message) ->
          problem(new Problem(422, "inconsistent_checkpoint", message));
      case Answer.Later(var message, var after) ->
          problem(Problem.retry(503, "witness_unavailable", message, after));
    };
  }

  private static Problem busy(String message) {
    return Problem.retry(503, "witness_unavailable", message, Duration.ofSeconds(1));
  }

  private Response problem(Problem problem) {
    return problem.response(caller.traceId());
  }

  /// The verifier keys of this witness, one vkey a line.
  @GET
  @Path("/keys")
  @Needs(Needs.NOTHING)
  public Response keys() {
    watching();
    return Texts.response(Texts.lines(witness.verifiers()));
  }

  /// The latest checkpoint of a log that was cosigned here.
  @GET
  @Path("/{origin_hash}/checkpoint")
  @Needs(Needs.NOTHING)
  public Response checkpoint(@PathParam("origin_hash") String originHash) {
    watching();
    return Texts.response(witness.latest(originHash).orElseThrow(NotFoundException::new));
  }

  private void watching() {
    if (!witness.watches()) {
      throw new NotFoundException();
    }
  }
}
