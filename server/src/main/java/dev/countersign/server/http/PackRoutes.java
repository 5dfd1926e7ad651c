package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.server.demo.Packs;
import dev.countersign.workflow.usecase.LoadPack;
import dev.countersign.workflow.usecase.ResetPack;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// Scenario packs, for demo tenants.
@Path("/v1/demo/packs/{name}")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public final class PackRoutes {
  private final Packs packs;
  private final LoadPack load;
  private final ResetPack reset;
  private final Edge edge;

  PackRoutes(Packs packs, LoadPack load, ResetPack reset, Edge edge) {
    this.packs = packs;
    this.load = load;
    this.reset = reset;
    this.edge = edge;
  }

  @POST
  @Needs(value = "pack:load", records = "pack.loaded")
  public Response load(@PathParam("name") String name, HttpServerRequest http) {
    var pack = packs.named(name);
    return edge.write(
        200,
        "pack:load",
        http,
        Json.NULL,
        call -> load.load(call, edge.profile(), name, pack).json());
  }

  @POST
  @Path("/reset")
  @Needs(value = "pack:load", records = "pack.reset")
  public Response reset(@PathParam("name") String name, HttpServerRequest http) {
    var pack = packs.named(name);
    return edge.write(
        200,
        "pack:load",
        http,
        Json.NULL,
        call -> reset.reset(call, edge.profile(), name, pack).json());
  }
}
