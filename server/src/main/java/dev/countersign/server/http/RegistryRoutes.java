package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.policy.usecase.MaintainRegistry;
import dev.countersign.policy.usecase.ShowRegistry;
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

/// What a tenant registers: models, operations, and metadata keys beyond those that everyone has.
///
/// A name may hold slashes, as those of models do.
@Path("/v1")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class RegistryRoutes {
  private final MaintainRegistry registry;
  private final ShowRegistry show;
  private final Edge edge;

  RegistryRoutes(MaintainRegistry registry, ShowRegistry show, Edge edge) {
    this.registry = registry;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Path("/models")
  @Needs("registry:read")
  public Response models(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    return list(limit, cursor, show::models);
  }

  @PUT
  @Path("/models/{name:.+}")
  @Needs(value = "registry:write", records = "model.registered")
  public Response model(@PathParam("name") String name, Json body, HttpServerRequest http) {
    var model = MaintainRegistry.model(name, body);
    return edge.write(200, "registry:write", http, body, call -> registry.put(call, model).json());
  }

  @DELETE
  @Path("/models/{name:.+}")
  @Needs(value = "registry:write", records = "model.removed")
  public Response removeModel(@PathParam("name") String name, HttpServerRequest http) {
    return edge.write(
        200, "registry:write", http, Json.NULL, call -> registry.removeModel(call, name).json());
  }

  @GET
  @Path("/operations")
  @Needs("registry:read")
  public Response operations(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    return list(limit, cursor, show::operations);
  }

  @PUT
  @Path("/operations/{name:.+}")
  @Consumes(MediaType.WILDCARD)
  @Needs(value = "registry:write", records = "operation.registered")
  public Response operation(@PathParam("name") String name, HttpServerRequest http) {
    var operation = MaintainRegistry.operation(name);
    return edge.write(
        200,
        "registry:write",
        http,
        Json.NULL,
        call -> registry.putOperation(call, operation).json());
  }

  @DELETE
  @Path("/operations/{name:.+}")
  @Needs(value = "registry:write", records = "operation.removed")
  public Response removeOperation(@PathParam("name") String name, HttpServerRequest http) {
    return edge.write(
        200,
        "registry:write",
        http,
        Json.NULL,
        call -> registry.removeOperation(call, name).json());
  }

  @GET
  @Path("/declarations")
  @Needs("registry:read")
  public Response declarations(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    return list(limit, cursor, show::declarations);
  }

  @PUT
  @Path("/declarations/{key}")
  @Needs(value = "registry:write", records = "declaration.registered")
  public Response declaration(@PathParam("key") String key, Json body, HttpServerRequest http) {
    var declaration = MaintainRegistry.declaration(key, body);
    return edge.write(
        200, "registry:write", http, body, call -> registry.put(call, declaration).json());
  }

  @DELETE
  @Path("/declarations/{key}")
  @Needs(value = "registry:write", records = "declaration.removed")
  public Response removeDeclaration(@PathParam("key") String key, HttpServerRequest http) {
    return edge.write(
        200,
        "registry:write",
        http,
        Json.NULL,
        call -> registry.removeDeclaration(call, key).json());
  }

  @FunctionalInterface
  private interface Listing {
    JsonObject of(Principal principal, int limit, String after);
  }

  private Response list(@Nullable String limit, @Nullable String cursor, Listing listing) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    var after = parameters.text("cursor", cursor);
    parameters.done();
    return edge.read("registry:read", principal -> listing.of(principal, size, after.orElse("")));
  }
}
