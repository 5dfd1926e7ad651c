package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.usecase.CreateDelegation;
import dev.countersign.workflow.usecase.RevokeDelegation;
import dev.countersign.workflow.usecase.ShowDelegations;
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

/// Who decides for whom.
@Path("/v1/delegations")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class DelegationRoutes {
  private final CreateDelegation create;
  private final RevokeDelegation revoke;
  private final ShowDelegations show;
  private final Edge edge;

  DelegationRoutes(
      CreateDelegation create, RevokeDelegation revoke, ShowDelegations show, Edge edge) {
    this.create = create;
    this.revoke = revoke;
    this.show = show;
    this.edge = edge;
  }

  /// The caller names who decides for him.
  @POST
  @Needs(value = "approval:decide", records = "delegation.created")
  public Response create(Json body, HttpServerRequest http) {
    var request = CreateDelegation.parse(body);
    return edge.write(
        201, "approval:decide", http, body, call -> create.create(call, request).json());
  }

  @GET
  @Needs("approval:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var page = new Parameters().page(limit, cursor);
    return edge.read("approval:read", principal -> show.list(principal, page));
  }

  @POST
  @Path("/{id}/revocation")
  @Needs(value = "approval:decide", records = "delegation.revoked")
  public Response revoke(@PathParam("id") String id, HttpServerRequest http) {
    var wanted = Paths.uuid("delegation", id);
    return edge.write(
        200, "approval:decide", http, JsonObject.EMPTY, call -> revoke.revoke(call, wanted).json());
  }
}
