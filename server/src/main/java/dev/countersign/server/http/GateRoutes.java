package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.ChangeGate;
import dev.countersign.workflow.usecase.ShowGates;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// Gates: a person's standing permission for one transition of a workflow.
@Path("/v1/workflows/{workflow}/gates")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class GateRoutes {
  private final ChangeGate change;
  private final ShowGates show;
  private final Edge edge;

  GateRoutes(ChangeGate change, ShowGates show, Edge edge) {
    this.change = change;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Needs("gate:read")
  public Response list(@PathParam("workflow") String workflow) {
    return edge.read("gate:read", principal -> show.list(principal, workflow));
  }

  @GET
  @Path("/{transition}")
  @Needs("gate:read")
  public Response one(
      @PathParam("workflow") String workflow, @PathParam("transition") String transition) {
    return edge.read("gate:read", principal -> show.one(principal, workflow, transition));
  }

  @POST
  @Path("/{transition}/authorize")
  @Needs(value = "gate:change", records = "gate.authorized")
  public Response authorize(
      @PathParam("workflow") String workflow,
      @PathParam("transition") String transition,
      Json body,
      HttpServerRequest http) {
    var wanted = ChangeGate.authorization(body);
    return change(workflow, transition, wanted, body, http);
  }

  @POST
  @Path("/{transition}/revoke")
  @Needs(value = "gate:change", records = "gate.revoked")
  public Response revoke(
      @PathParam("workflow") String workflow,
      @PathParam("transition") String transition,
      Json body,
      HttpServerRequest http) {
    var wanted = ChangeGate.revocation(body);
    return change(workflow, transition, wanted, body, http);
  }

  private Response change(
      String workflow,
      String transition,
      ChangeGate.Change wanted,
      Json body,
      HttpServerRequest http) {
    return edge.write(
        200,
        "gate:change",
        http,
        body,
        call -> change.change(call, workflow, transition, wanted).json());
  }
}
