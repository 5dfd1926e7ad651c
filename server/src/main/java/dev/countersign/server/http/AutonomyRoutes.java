package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.SetAutonomy;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// How far a tenant's actions may go by themselves, whatever they have earned.
@Path("/v1/autonomy")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class AutonomyRoutes {
  private final SetAutonomy autonomy;
  private final Edge edge;

  AutonomyRoutes(SetAutonomy autonomy, Edge edge) {
    this.autonomy = autonomy;
    this.edge = edge;
  }

  @GET
  @Needs("gate:read")
  public Response show() {
    return edge.read("gate:read", autonomy::show);
  }

  @PUT
  @Needs(value = "autonomy:set", records = "autonomy.set")
  public Response set(Json body, HttpServerRequest http) {
    var request = SetAutonomy.parse(body);
    return edge.write(200, "autonomy:set", http, body, call -> autonomy.set(call, request).json());
  }
}
