package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.DecideApproval;
import dev.countersign.workflow.usecase.DecisionRequest;
import dev.countersign.workflow.usecase.DecisionsRequest;
import dev.countersign.workflow.usecase.EditProposal;
import dev.countersign.workflow.usecase.Page;
import dev.countersign.workflow.usecase.ShowApprovals;
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

/// Approvals: where a person agrees, or does not.
@Path("/v1/approvals")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ApprovalRoutes {
  private final DecideApproval decide;
  private final EditProposal edit;
  private final ShowApprovals show;
  private final BulkDecisions bulk;
  private final Edge edge;

  ApprovalRoutes(
      DecideApproval decide, EditProposal edit, ShowApprovals show, BulkDecisions bulk, Edge edge) {
    this.decide = decide;
    this.bulk = bulk;
    this.edit = edit;
    this.show = show;
    this.edge = edge;
  }

  /// What waits for the caller's roles, newest first.
  @GET
  @Needs("approval:read")
  public Response inbox(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var page = Page.parse(Optional.ofNullable(limit), Optional.ofNullable(cursor));
    return edge.read("approval:read", principal -> show.inbox(principal, page));
  }

  @GET
  @Path("/{id}")
  @Needs("approval:read")
  public Response one(@PathParam("id") String id) {
    var wanted = Paths.uuid("approval", id);
    return edge.read("approval:read", principal -> show.one(principal, wanted));
  }

  @POST
  @Path("/{id}/decisions")
  @Needs(
      value = "approval:decide",
      records = {"approval.granted", "approval.rejected", "approval.deferred", "decoy.revealed"})
  public Response decide(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = DecisionRequest.parse(body, edge.profile());
    var wanted = Paths.uuid("approval", id);
    return edge.write(
        200, "approval:decide", http, body, call -> decide.decide(call, wanted, request).json());
  }

  /// Several at once; each stands alone and has its own answer.
  @POST
  @Path("/decisions")
  @Needs(
      value = "approval:decide",
      records = {"approval.granted", "approval.rejected", "approval.deferred", "decoy.revealed"})
  public Response decideSeveral(Json body, HttpServerRequest http) {
    var request = DecisionsRequest.parse(body, edge.profile());
    return Edge.json(200, bulk.decide("approval:decide", request, () -> edge.call(http, body)));
  }

  /// Changes the action; the new one needs another person.
  @POST
  @Path("/{id}/edit")
  @Needs(value = "approval:decide", records = "proposal.edited")
  public Response edit(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = EditProposal.parse(body, edge.profile());
    var wanted = Paths.uuid("approval", id);
    return edge.write(
        201, "approval:decide", http, body, call -> edit.edit(call, wanted, request).json());
  }
}
