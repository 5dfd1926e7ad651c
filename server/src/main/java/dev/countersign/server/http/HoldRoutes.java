package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.Holds;
import dev.countersign.workflow.usecase.Page;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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

/// Legal holds: what they cover is neither erased nor does it expire.
@Path("/v1/ledger/holds")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class HoldRoutes {
  private final Holds holds;
  private final Edge edge;

  HoldRoutes(Holds holds, Edge edge) {
    this.holds = holds;
    this.edge = edge;
  }

  @GET
  @Needs("hold:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var page = Page.parse(Optional.ofNullable(limit), Optional.ofNullable(cursor));
    return edge.read("hold:read", principal -> holds.list(principal, page.before(), page.limit()));
  }

  @POST
  @Needs(value = "hold:set", records = "hold.set")
  public Response set(Json body, HttpServerRequest http) {
    var request = Holds.parse(body);
    return edge.write(201, "hold:set", http, body, call -> holds.set(call, request).json());
  }

  @DELETE
  @Path("/{id}")
  @Needs(value = "hold:lift", records = "hold.lifted")
  public Response lift(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var reason = Holds.parseLift(body);
    var wanted = Paths.uuid("hold", id);
    return edge.write(
        200, "hold:lift", http, body, call -> holds.lift(call, wanted, reason).json());
  }
}
