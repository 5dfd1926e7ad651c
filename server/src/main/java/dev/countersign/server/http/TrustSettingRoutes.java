package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.trust.usecase.SetTrust;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// How a tenant lets trust be earned: how much harm each step accepts, at which risk.
@Path("/v1/trust/settings")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class TrustSettingRoutes {
  private final SetTrust settings;
  private final Edge edge;

  TrustSettingRoutes(SetTrust settings, Edge edge) {
    this.settings = settings;
    this.edge = edge;
  }

  @GET
  @Needs("trust:read")
  public Response show() {
    return edge.read("trust:read", settings::show);
  }

  @PUT
  @Needs(value = "trust:set", records = "trust.settings_set")
  public Response set(Json body, HttpServerRequest http) {
    var request = SetTrust.parse(body);
    return edge.write(200, "trust:set", http, body, call -> settings.set(call, request).json());
  }
}
