package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.LiftFreeze;
import dev.countersign.workflow.usecase.Page;
import dev.countersign.workflow.usecase.SetFreeze;
import dev.countersign.workflow.usecase.ShowFreezes;
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

/// Freezes: the big stop, in force from the next commit on.
@Path("/v1/freezes")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class FreezeRoutes {
  private final SetFreeze set;
  private final LiftFreeze lift;
  private final ShowFreezes show;
  private final Edge edge;

  FreezeRoutes(SetFreeze set, LiftFreeze lift, ShowFreezes show, Edge edge) {
    this.set = set;
    this.lift = lift;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Needs("gate:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var page = Page.parse(Optional.ofNullable(limit), Optional.ofNullable(cursor));
    return edge.read("gate:read", principal -> show.list(principal, page));
  }

  @POST
  @Needs(value = "freeze:set", records = "freeze.set")
  public Response set(Json body, HttpServerRequest http) {
    var request = SetFreeze.parse(body);
    return edge.write(201, "freeze:set", http, body, call -> set.set(call, request).json());
  }

  @GET
  @Path("/everywhere")
  @Needs("freeze:everywhere")
  public Response listEverywhere(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var page = Page.parse(Optional.ofNullable(limit), Optional.ofNullable(cursor));
    return edge.read("freeze:everywhere", principal -> show.listEverywhere(principal, page));
  }

  @POST
  @Path("/everywhere")
  @Needs(value = "freeze:everywhere", records = "freeze.set")
  public Response setEverywhere(Json body, HttpServerRequest http) {
    var request = SetFreeze.parseEverywhere(body);
    return edge.write(201, "freeze:everywhere", http, body, call -> set.set(call, request).json());
  }

  @POST
  @Path("/everywhere/{id}/lift")
  @Needs(value = "freeze:everywhere", records = "freeze.lifted")
  public Response liftEverywhere(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var reason = LiftFreeze.parse(body);
    var wanted = Paths.uuid("freeze", id);
    return edge.write(
        200,
        "freeze:everywhere",
        http,
        body,
        call -> lift.liftEverywhere(call, wanted, reason).json());
  }

  @POST
  @Path("/{id}/lift")
  @Needs(value = "freeze:lift", records = "freeze.lifted")
  public Response lift(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var reason = LiftFreeze.parse(body);
    var wanted = Paths.uuid("freeze", id);
    return edge.write(
        200, "freeze:lift", http, body, call -> lift.lift(call, wanted, reason).json());
  }
}
