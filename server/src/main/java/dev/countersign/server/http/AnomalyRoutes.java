package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.trust.predict.anomaly.AlarmLife.State;
import dev.countersign.trust.usecase.Anomalies;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Anomalies: hours unlike the others, drift, and what people make of them.
@Path("/v1/trust/anomalies")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class AnomalyRoutes {
  private final Anomalies anomalies;
  private final Edge edge;

  AnomalyRoutes(Anomalies anomalies, Edge edge) {
    this.anomalies = anomalies;
    this.edge = edge;
  }

  @GET
  @Needs("trust:read")
  public Response list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    var wanted = Optional.ofNullable(state).flatMap(State::parse);
    if (state != null && wanted.isEmpty()) {
      parameters.wrong("state", "must be `raised`, `acknowledged`, `confirmed` or `resolved`");
    }
    parameters.done();
    return edge.read(
        "trust:read",
        principal -> anomalies.list(principal, size, Optional.ofNullable(cursor), wanted));
  }

  @GET
  @Path("/{id}")
  @Needs("trust:read")
  public Response one(@PathParam("id") String id) {
    var anomaly = Paths.uuid("anomaly", id);
    return edge.read("trust:read", principal -> anomalies.one(principal, anomaly));
  }

  /// Somebody takes note of it, says that it is one, or ends it.
  @POST
  @Path("/{id}/state")
  @Needs(
      value = "anomaly:decide",
      records = {"anomaly.acknowledged", "anomaly.confirmed", "anomaly.resolved"})
  public Response move(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var anomaly = Paths.uuid("anomaly", id);
    var to = Anomalies.parse(body);
    return edge.write(
        200, "anomaly:decide", http, body, call -> anomalies.move(call, anomaly, to).json());
  }
}
