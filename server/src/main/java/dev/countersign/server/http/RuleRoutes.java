package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.usecase.ChangeRule;
import dev.countersign.workflow.usecase.CreateRule;
import dev.countersign.workflow.usecase.ShowRules;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/// Rules: what follows from what happens to cases.
@Path("/v1/rules")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class RuleRoutes {
  private final CreateRule create;
  private final ChangeRule change;
  private final ShowRules show;
  private final Edge edge;

  RuleRoutes(CreateRule create, ChangeRule change, ShowRules show, Edge edge) {
    this.create = create;
    this.change = change;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Needs("workflow:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var page = new Parameters().page(limit, cursor);
    return edge.read("workflow:read", principal -> show.list(principal, page));
  }

  @GET
  @Path("/{id}")
  @Needs("workflow:read")
  public Response one(@PathParam("id") String id) {
    var wanted = Paths.uuid("rule", id);
    return edge.read("workflow:read", principal -> show.one(principal, wanted));
  }

  @POST
  @Needs(value = "rule:write", records = "rule.created")
  public Response create(Json body, HttpServerRequest http) {
    var draft = CaseRule.parse(body);
    return edge.write(201, "rule:write", http, body, call -> create.create(call, draft).json());
  }

  @PATCH
  @Path("/{id}")
  @Needs(value = "rule:write", records = "rule.changed")
  public Response change(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var wanted = Paths.uuid("rule", id);
    var request = CaseRule.Change.parse(body);
    return edge.write(
        200, "rule:write", http, body, call -> change.change(call, wanted, request).json());
  }
}
