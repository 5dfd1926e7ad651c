package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.DefineWorkflow;
import dev.countersign.workflow.usecase.ShowWorkflows;
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

/// Workflow definitions: what a case may go through. They are taken as JSON and as YAML.
@Path("/v1/workflows")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class WorkflowRoutes {
  private final DefineWorkflow define;
  private final ShowWorkflows show;
  private final Edge edge;

  WorkflowRoutes(DefineWorkflow define, ShowWorkflows show, Edge edge) {
    this.define = define;
    this.show = show;
    this.edge = edge;
  }

  @POST
  @Consumes({MediaType.APPLICATION_JSON, YamlBodies.MEDIA_TYPE})
  @Needs(value = "workflow:define", records = "workflow.defined")
  public Response define(Json body, HttpServerRequest http) {
    var definition = DefineWorkflow.parse(body);
    return edge.write(
        201, "workflow:define", http, body, call -> define.define(call, definition).json());
  }

  @GET
  @Needs("workflow:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    var after = parameters.text("cursor", cursor);
    parameters.done();
    return edge.read("workflow:read", principal -> show.list(principal, size, after));
  }

  @GET
  @Path("/{key}")
  @Needs("workflow:read")
  public Response one(@PathParam("key") String key) {
    return edge.read("workflow:read", principal -> show.one(principal, key));
  }
}
