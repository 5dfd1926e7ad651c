package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.ChangeTask;
import dev.countersign.workflow.usecase.OpenTask;
import dev.countersign.workflow.usecase.ShowCases;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/// What there is to do for a case.
@Path("/v1/cases/{id}/tasks")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class TaskRoutes {
  private final OpenTask open;
  private final ChangeTask change;
  private final ShowCases show;
  private final Edge edge;

  TaskRoutes(OpenTask open, ChangeTask change, ShowCases show, Edge edge) {
    this.open = open;
    this.change = change;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Needs("case:read")
  public Response list(
      @PathParam("id") String id,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var page = new Parameters().page(limit, cursor);
    var wanted = Paths.uuid("case", id);
    return edge.read("case:read", principal -> show.tasks(principal, wanted, page));
  }

  @POST
  @Needs(value = "case:work", records = "task.opened")
  public Response open(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = OpenTask.parse(body);
    var wanted = Paths.uuid("case", id);
    return edge.write(
        201, "case:work", http, body, call -> open.open(call, wanted, request).json());
  }

  @PATCH
  @Path("/{task_id}")
  @Needs(
      value = "case:work",
      records = {"task.assigned", "task.started", "task.completed", "task.failed"})
  public Response change(
      @PathParam("id") String id,
      @PathParam("task_id") String taskId,
      Json body,
      HttpServerRequest http) {
    var request = ChangeTask.parse(body);
    var wanted = Paths.uuid("case", id);
    var task = Paths.uuid("task", taskId);
    return edge.write(
        200, "case:work", http, body, call -> change.change(call, wanted, task, request).json());
  }
}
