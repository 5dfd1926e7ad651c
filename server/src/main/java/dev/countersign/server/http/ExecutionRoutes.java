package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.OutcomeReport;
import dev.countersign.workflow.usecase.ReportOutcome;
import dev.countersign.workflow.usecase.ResolveParked;
import dev.countersign.workflow.usecase.RollBack;
import dev.countersign.workflow.usecase.ShowExecutions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/// Executions: what came of them as somebody else observed it, taking them back, and those that
/// wait for a person.
@Path("/v1/executions")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ExecutionRoutes {
  private final ShowExecutions show;
  private final ReportOutcome report;
  private final RollBack rollBack;
  private final ResolveParked parked;
  private final Edge edge;

  ExecutionRoutes(
      ShowExecutions show,
      ReportOutcome report,
      RollBack rollBack,
      ResolveParked parked,
      Edge edge) {
    this.show = show;
    this.report = report;
    this.rollBack = rollBack;
    this.parked = parked;
    this.edge = edge;
  }

  /// The dead letters.
  @GET
  @Path("/parked")
  @Needs("proposal:read")
  public Response parked(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var page = new Parameters().page(limit, cursor);
    return edge.read("proposal:read", principal -> show.parked(principal, page));
  }

  @GET
  @Path("/{id}")
  @Needs("proposal:read")
  public Response one(@PathParam("id") String id) {
    var wanted = Paths.uuid("execution", id);
    return edge.read("proposal:read", principal -> show.one(principal, wanted));
  }

  @POST
  @Path("/{id}/outcome")
  @Needs(value = "outcome:report", records = "outcome.observed")
  public Response outcome(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var outcome = OutcomeReport.parse(body, edge.profile());
    var wanted = Paths.uuid("execution", id);
    return edge.write(
        201, "outcome:report", http, body, call -> report.report(call, wanted, outcome).json());
  }

  @POST
  @Path("/{id}/outcome/corrections")
  @Needs(value = "outcome:report", records = "outcome.corrected")
  public Response correct(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var correction = OutcomeReport.correction(body, edge.profile());
    var wanted = Paths.uuid("execution", id);
    return edge.write(
        201, "outcome:report", http, body, call -> report.correct(call, wanted, correction).json());
  }

  @POST
  @Path("/{id}/rollback")
  @Needs(value = "execution:rollback", records = "execution.rolled_back")
  public Response rollBack(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = RollBack.parse(body, edge.profile());
    var wanted = Paths.uuid("execution", id);
    return edge.write(
        200,
        "execution:rollback",
        http,
        body,
        call -> rollBack.rollBack(call, wanted, request).json());
  }

  @POST
  @Path("/{id}/redrive")
  @Needs(value = "execution:resolve", records = "execution.redriven")
  public Response redrive(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var reason = ResolveParked.reason(body);
    var wanted = Paths.uuid("execution", id);
    return edge.write(
        200, "execution:resolve", http, body, call -> parked.redrive(call, wanted, reason).json());
  }

  @POST
  @Path("/{id}/discard")
  @Needs(value = "execution:resolve", records = "execution.discarded")
  public Response discard(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var reason = ResolveParked.reason(body);
    var wanted = Paths.uuid("execution", id);
    return edge.write(
        200, "execution:resolve", http, body, call -> parked.discard(call, wanted, reason).json());
  }
}
