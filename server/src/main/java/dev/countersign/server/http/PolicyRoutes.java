package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.policy.usecase.ShowPolicies;
import dev.countersign.policy.usecase.SwitchPolicy;
import dev.countersign.workflow.usecase.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The policies in force, in the shape that dashboards expect.
@Path("/api/admin/policies")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class PolicyRoutes {
  private final ShowPolicies show;
  private final SwitchPolicy turn;
  private final Edge edge;

  PolicyRoutes(ShowPolicies show, SwitchPolicy turn, Edge edge) {
    this.show = show;
    this.turn = turn;
    this.edge = edge;
  }

  @GET
  @Needs("policy:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    // A dashboard shows the set as a whole.
    int size = limit == null ? Page.MOST : parameters.limit(limit);
    Optional<String> after = parameters.text("cursor", cursor);
    parameters.done();
    return edge.read("policy:read", principal -> show.list(principal, size, after));
  }

  @PATCH
  @Path("/{id}")
  @Needs(value = "policy:tune", records = "policy.switched")
  public Response turn(@PathParam("id") String id, Json body, HttpServerRequest http) {
    boolean enabled = SwitchPolicy.parse(body);
    return edge.submit("policy:tune", http, body, call -> turn.turn(call, id, enabled).json());
  }
}
