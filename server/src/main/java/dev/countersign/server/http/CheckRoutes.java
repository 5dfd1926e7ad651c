package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Objects;

/// `POST /v1/check`: may this AI operation run?
@Path("/v1/check")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class CheckRoutes {
  private static final String PERMISSION = "check:create";

  private final CheckFlow flow;
  private final Caller caller;

  CheckRoutes(CheckFlow flow, Caller caller) {
    this.flow = flow;
    this.caller = caller;
  }

  @POST
  @NonBlocking
  @Needs(value = PERMISSION, records = "decision.made")
  public Uni<Response> check(Json body) {
    var context = Objects.requireNonNull(Vertx.currentContext());
    var asked =
        new CheckFlow.Asked(
            System.nanoTime(),
            caller.key(),
            caller.authenticated().principal(),
            PERMISSION,
            caller.traceId(),
            caller.source(),
            body);
    // Back on the event loop, so that the batch writer's thread renders no answers.
    return Uni.createFrom()
        .completionStage(() -> flow.answer(asked))
        .emitOn(work -> context.runOnContext(_ -> work.run()))
        .map(answer -> Edge.json(200, answer));
  }
}
