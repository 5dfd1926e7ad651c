package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.OutcomeReport;
import dev.countersign.workflow.usecase.ReportOutcome;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// Executions: what came of them, as somebody else observed it.
@Path("/v1/executions")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ExecutionRoutes {
  private final ReportOutcome report;
  private final Edge edge;

  ExecutionRoutes(ReportOutcome report, Edge edge) {
    this.report = report;
    this.edge = edge;
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
}
