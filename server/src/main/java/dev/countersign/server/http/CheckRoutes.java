package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.policy.check.CheckAnswer;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.server.config.PublicUrl;
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
import java.util.Optional;
import java.util.UUID;

/// `POST /v1/check`: may this AI operation run?
@Path("/v1/check")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class CheckRoutes {
  private static final String PERMISSION = "check:create";

  private final DecisionFlow flow;
  private final ApprovalFlow approvals;
  private final PublicUrl url;
  private final Caller caller;

  CheckRoutes(DecisionFlow flow, ApprovalFlow approvals, PublicUrl url, Caller caller) {
    this.flow = flow;
    this.approvals = approvals;
    this.url = url;
    this.caller = caller;
  }

  @POST
  @NonBlocking
  @Needs(value = PERMISSION, records = "decision.made")
  public Uni<Response> check(Json body) {
    var context = Objects.requireNonNull(Vertx.currentContext());
    var asked =
        new DecisionFlow.Asked(
            System.nanoTime(),
            caller.key(),
            caller.authenticated().principal(),
            PERMISSION,
            caller.traceId(),
            caller.source(),
            Optional.empty(),
            facts -> CheckRequest.read(body, facts));
    // Back on the event loop, so that the batch writer's thread renders no answers.
    return Uni.createFrom()
        .completionStage(() ->
            flow.answer(asked)
                .thenCompose(answered ->
                    approvals.required(asked, answered).thenApply(id -> new Told(answered, id))))
        .emitOn(work -> context.runOnContext(_ -> work.run()))
        .map(told -> Edge.json(200, shown(told)));
  }

  /// @param approval the request to look at, if one is required
  private record Told(DecisionFlow.Answered answered, Optional<UUID> approval) {}

  private Json shown(Told told) {
    var answered = told.answered();
    var id = answered.decisionId();
    var answer =
        new CheckAnswer(id, answered.correlation().toString(), answered.checked())
            .json()
            .with("ticket", answered.ticket().json());
    return told.approval().map(request -> answer.with("approval", shown(request))).orElse(answer);
  }

  private Json shown(UUID approval) {
    return Json.object()
        .put("id", approval.toString())
        .put("url", url.text() + "/v1/approvals/" + approval)
        .build();
  }
}
