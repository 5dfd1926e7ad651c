package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.usecase.CreateGrant;
import dev.countersign.workflow.usecase.EndGrants;
import dev.countersign.workflow.usecase.ShowGrants;
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

/// What people agree to before it is proposed.
@Path("/v1/grants")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class GrantRoutes {
  private final CreateGrant create;
  private final EndGrants end;
  private final ShowGrants show;
  private final Edge edge;

  GrantRoutes(CreateGrant create, EndGrants end, ShowGrants show, Edge edge) {
    this.create = create;
    this.end = end;
    this.show = show;
    this.edge = edge;
  }

  @POST
  @Needs(value = "approval:decide", records = "grant.created")
  public Response create(Json body, HttpServerRequest http) {
    var request = CreateGrant.parse(body);
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
  @Needs(value = "approval:decide", records = "grant.revoked")
  public Response revoke(@PathParam("id") String id, HttpServerRequest http) {
    var wanted = Paths.uuid("grant", id);
    return edge.write(
        200, "approval:decide", http, JsonObject.EMPTY, call -> end.revoke(call, wanted).json());
  }
}
