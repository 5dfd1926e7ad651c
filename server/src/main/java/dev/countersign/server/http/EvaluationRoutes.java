package dev.countersign.server.http;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.check.EvaluationRequest;
import dev.countersign.policy.check.EvaluationsRequest;
import dev.countersign.server.config.PublicUrl;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// AuthZEN's evaluations: may this subject do this? Asked by enforcement points about others.
@IgnoresOthers
@Path("/access/v1")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class EvaluationRoutes {
  private static final String PERMISSION = "access:evaluate";

  private final DecisionFlow flow;
  private final EvaluationsFlow several;
  private final Caller caller;
  private final PublicUrl url;
  private final Ids ids;

  EvaluationRoutes(
      DecisionFlow flow, EvaluationsFlow several, Caller caller, PublicUrl url, Ids ids) {
    this.url = url;
    this.flow = flow;
    this.several = several;
    this.caller = caller;
    this.ids = ids;
  }

  @POST
  @Path("/evaluation")
  @NonBlocking
  @Needs(value = PERMISSION, records = "decision.made")
  public Uni<Response> one(Json body, @Context HttpHeaders headers) {
    var asked = asked(body, Optional.empty(), RequestIds.of(headers));
    var endpoint = Optional.of(url.text() + AccessRequestRoutes.ADDRESS);
    return answered(
        () -> flow.answer(asked).thenApply(answered -> EvaluationsFlow.shown(answered, endpoint)));
  }

  @POST
  @Path("/evaluations")
  @NonBlocking
  @Needs(value = PERMISSION, records = "decision.made")
  public Uni<Response> several(Json body, @Context HttpHeaders headers) {
    var requestId = RequestIds.of(headers);
    var request = EvaluationsRequest.read(body);
    if (request.single()) {
      return one(body, headers);
    }
    var correlation = Optional.of(ids.next());
    var asked =
        request.questions().stream()
            .map(question -> asked(question, correlation, requestId))
            .toList();
    return answered(
        () -> several.answers(request.semantic(), asked).thenApply(EvaluationRoutes::list));
  }

  private DecisionFlow.Asked asked(
      Json body, Optional<UUID> correlation, Optional<String> requestId) {
    return new DecisionFlow.Asked(
        System.nanoTime(),
        caller.key(),
        caller.authenticated().principal(),
        PERMISSION,
        caller.traceId(),
        caller.source(),
        correlation,
        facts -> EvaluationRequest.read(body, facts, requestId));
  }

  // Back on the event loop, so that the batch writer's thread renders no answers.
  private static Uni<Response> answered(Supplier<CompletableFuture<JsonObject>> work) {
    var context = Objects.requireNonNull(Vertx.currentContext());
    return Uni.createFrom()
        .completionStage(work)
        .emitOn(done -> context.runOnContext(_ -> done.run()))
        .map(answer -> Edge.json(200, answer));
  }

  private static JsonObject list(List<JsonObject> answers) {
    return Json.object().put("evaluations", Json.array(answers)).build();
  }
}
