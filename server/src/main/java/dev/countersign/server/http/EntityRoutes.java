package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.usecase.PutEntity;
import dev.countersign.policy.usecase.RemoveEntity;
import dev.countersign.policy.usecase.ShowEntities;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/// What the caller's tenant knows of subjects and resources.
@Path("/v1/entities")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class EntityRoutes {
  private final PutEntity put;
  private final RemoveEntity remove;
  private final ShowEntities show;
  private final Edge edge;

  EntityRoutes(PutEntity put, RemoveEntity remove, ShowEntities show, Edge edge) {
    this.put = put;
    this.remove = remove;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Needs("entity:read")
  public Response list(
      @QueryParam("type") @Nullable String type,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    var wanted = parameters.required("type", type);
    int size = parameters.limit(limit);
    var after = parameters.entityId("cursor", cursor);
    parameters.done();
    return edge.read("entity:read", principal -> show.list(principal, wanted, size, after));
  }

  @GET
  @Path("/{type}/{id}")
  @Needs("entity:read")
  public Response one(@PathParam("type") String type, @PathParam("id") String id) {
    return edge.read("entity:read", principal -> show.one(principal, key(type, id)));
  }

  @PUT
  @Path("/{type}/{id}")
  @Needs(value = "entity:write", records = "entity.put")
  public Response put(
      @PathParam("type") String type,
      @PathParam("id") String id,
      Json body,
      HttpServerRequest http) {
    var entity = PutEntity.parse(type, id, body);
    return edge.write(200, "entity:write", http, body, call -> put.in(call, entity).json());
  }

  @DELETE
  @Path("/{type}/{id}")
  @Needs(value = "entity:write", records = "entity.removed")
  public Response remove(
      @PathParam("type") String type, @PathParam("id") String id, HttpServerRequest http) {
    var key = key(type, id);
    return edge.write(200, "entity:write", http, Json.NULL, call -> remove.in(call, key).json());
  }

  private static EntityKey key(String type, String id) {
    return Paths.entity(type, id);
  }
}
