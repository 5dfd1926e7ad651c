package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.usecase.MaintainTraps;
import dev.countersign.workflow.usecase.SetVigilance;
import dev.countersign.workflow.usecase.ShowReviewers;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/// Whether people look at what they agree to: decoys, their traps, and how reviewers do.
@Path("/v1")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class VigilanceRoutes {
  private final SetVigilance settings;
  private final MaintainTraps traps;
  private final ShowReviewers reviewers;
  private final Edge edge;

  VigilanceRoutes(SetVigilance settings, MaintainTraps traps, ShowReviewers reviewers, Edge edge) {
    this.settings = settings;
    this.traps = traps;
    this.reviewers = reviewers;
    this.edge = edge;
  }

  @GET
  @Path("/vigilance")
  @Needs("reviewer:read")
  public Response show() {
    return edge.read("reviewer:read", settings::show);
  }

  @PUT
  @Path("/vigilance")
  @Needs(value = "vigilance:set", records = "vigilance.set")
  public Response set(Json body, HttpServerRequest http) {
    var vigilance = SetVigilance.parse(body);
    return edge.write(
        200, "vigilance:set", http, body, call -> settings.set(call, vigilance).json());
  }

  @GET
  @Path("/traps")
  @Needs("reviewer:read")
  public Response traps() {
    return edge.read("reviewer:read", traps::list);
  }

  @POST
  @Path("/traps")
  @Needs(value = "vigilance:set", records = "trap.set")
  public Response setTrap(Json body, HttpServerRequest http) {
    var request = MaintainTraps.parse(body);
    return edge.write(201, "vigilance:set", http, body, call -> traps.set(call, request).json());
  }

  @DELETE
  @Path("/traps/{id}")
  @Needs(value = "vigilance:set", records = "trap.removed")
  public Response removeTrap(@PathParam("id") String id, HttpServerRequest http) {
    var wanted = Paths.uuid("trap", id);
    return edge.write(
        200, "vigilance:set", http, JsonObject.EMPTY, call -> traps.remove(call, wanted).json());
  }

  @GET
  @Path("/reviewers")
  @Needs("reviewer:read")
  public Response reviewers(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    var after = parameters.text("cursor", cursor);
    int most = parameters.limit(limit);
    parameters.done();
    return edge.read("reviewer:read", principal -> reviewers.list(principal, after, most));
  }
}
