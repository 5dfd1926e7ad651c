package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.store.TimelineStore;
import dev.countersign.workflow.usecase.PostEvent;
import dev.countersign.workflow.usecase.ShowTimeline;
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

/// What happened to a case.
@Path("/v1/cases/{id}")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class CaseEventRoutes {
  private final PostEvent post;
  private final ShowTimeline show;
  private final Edge edge;

  CaseEventRoutes(PostEvent post, ShowTimeline show, Edge edge) {
    this.post = post;
    this.show = show;
    this.edge = edge;
  }

  @POST
  @Path("/events")
  @Needs(value = "case:work", records = "event.posted")
  public Response post(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = PostEvent.parse(body, edge.profile());
    var wanted = Paths.uuid("case", id);
    return edge.write(
        201, "case:work", http, body, call -> post.post(call, wanted, request).json());
  }

  @GET
  @Path("/timeline")
  @Needs("case:read")
  public Response timeline(
      @PathParam("id") String id,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    var before =
        parameters.parsed(
            "cursor",
            cursor,
            "must be the `next_cursor` of the page before",
            TimelineStore.Place::parse);
    parameters.done();
    var wanted = Paths.uuid("case", id);
    return edge.read("case:read", principal -> show.list(principal, wanted, size, before));
  }
}
