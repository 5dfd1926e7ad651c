package dev.countersign.server.http;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.check.AccessSubmission;
import dev.countersign.server.config.PublicUrl;
import dev.countersign.workflow.usecase.AccessTask;
import dev.countersign.workflow.usecase.RequestAccess;
import dev.countersign.workflow.usecase.RequestAccess.Submitted;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.Optional;

/// AuthZEN's Access Request and Approval Profile: an enforcement point asks people for what it was
/// denied, and follows the request.
@IgnoresOthers
@Path(AccessRequestRoutes.ADDRESS)
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class AccessRequestRoutes {
  static final String ADDRESS = "/access/v1/requests";

  private static final String PERMISSION = "access:request";

  private final RequestAccess requests;
  private final PublicUrl url;
  private final Clock clock;
  private final Edge edge;

  AccessRequestRoutes(RequestAccess requests, PublicUrl url, Clock clock, Edge edge) {
    this.requests = requests;
    this.url = url;
    this.clock = clock;
    this.edge = edge;
  }

  @POST
  @Needs(value = PERMISSION, records = "approval.requested")
  public Response submit(Json body, HttpServerRequest http) {
    var submission = AccessSubmission.read(body);
    Submitted submitted;
    try {
      submitted =
          edge.checkedAgain(PERMISSION, () -> requests.submit(edge.call(http, body), submission));
    } catch (Refusal.KeyReused reused) {
      throw new AccessRefused(409, "duplicate_request", "the key was used for another submission");
    }
    return switch (submitted) {
      case Submitted.Asked(var task) -> accepted(task);
      case Submitted.NotRequestable() ->
          throw new AccessRefused(
              400, "not_requestable", "the evaluation did not offer an access request");
      case Submitted.Late() ->
          throw new AccessRefused(
              410, "expired_denial", "evaluate again: the denial was requestable for ten minutes");
      case Submitted.Unbound() ->
          throw new AccessRefused(
              400,
              "invalid_denial_binding",
              "this is not what was evaluated under that `evaluation_id`, or not by this key");
    };
  }

  private Response accepted(AccessTask task) {
    return Response.status(202)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.LOCATION, address(task))
        .entity(shown(task))
        .build();
  }

  @GET
  @Path("/{id}")
  @Needs(PERMISSION)
  public Response task(@PathParam("id") String id) {
    var unknown = new AccessRefused(404, "unknown_task", "there is no such task of this key");
    var wanted = Ids.parse(id).orElseThrow(() -> unknown);
    return edge.read(
        PERMISSION,
        principal -> {
          var task = requests.task(principal, wanted).orElseThrow(() -> unknown);
          if (!clock.instant().isBefore(task.expiresAt())) {
            throw new AccessRefused(410, "task_expired", "the task is over");
          }
          return shown(task);
        });
  }

  private String address(AccessTask task) {
    return url.text() + ADDRESS + "/" + task.id();
  }

  private JsonObject shown(AccessTask task) {
    var shown =
        Json.object()
            .put("id", task.id().toString())
            .put("status", task.status().word())
            .put("status_endpoint", address(task))
            .put("expires_at", task.expiresAt().toString())
            .build();
    return Json.object().put("task", shown).put("result", result(task)).build();
  }

  private static Optional<Json> result(AccessTask task) {
    return task.approvedAt()
        .map(at ->
            Json.object()
                .put("mode", "reevaluate")
                .put(
                    "approval",
                    Json.object()
                        .put("id", task.id().toString())
                        .put("approved_at", at.toString())
                        .put("approved_until", task.expiresAt().toString())
                        .build())
                .build());
  }
}
