package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.usecase.DryRun;
import dev.countersign.workflow.usecase.ProposalRequest;
import dev.countersign.workflow.usecase.Propose;
import dev.countersign.workflow.usecase.ShowProposal;
import dev.countersign.workflow.usecase.WithdrawProposal;
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

/// Proposals: what software wants to do to a case.
@Path("/v1/proposals")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ProposalRoutes {
  private final Propose propose;
  private final DryRun dryRun;
  private final WithdrawProposal withdraw;
  private final ShowProposal show;
  private final Edge edge;

  ProposalRoutes(
      Propose propose, DryRun dryRun, WithdrawProposal withdraw, ShowProposal show, Edge edge) {
    this.propose = propose;
    this.dryRun = dryRun;
    this.withdraw = withdraw;
    this.show = show;
    this.edge = edge;
  }

  @POST
  @Needs(value = "proposal:create", records = "proposal.created")
  public Response propose(Json body, HttpServerRequest http) {
    var request = ProposalRequest.parse(body, edge.profile());
    return edge.write(
        201, "proposal:create", http, body, call -> propose.propose(call, request).json());
  }

  /// What would come of a proposal; nothing changes.
  @POST
  @Path("/dry-run")
  @Needs("proposal:create")
  public Response dryRun(Json body) {
    var request = ProposalRequest.parse(body, edge.profile());
    return edge.trial("proposal:create", call -> dryRun.tryOut(call, request));
  }

  @GET
  @Needs("proposal:read")
  public Response list(
      @QueryParam("case_id") @Nullable String caseId,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    var wanted = parameters.uuid("case_id", caseId);
    if (caseId == null) {
      parameters.wrong("case_id", "is missing: proposals are listed for one case");
    }
    var page = parameters.page(limit, cursor);
    return edge.read(
        "proposal:read", principal -> show.ofCase(principal, wanted.orElseThrow(), page));
  }

  /// The whole story of one governed action.
  @GET
  @Path("/{id}")
  @Needs("proposal:read")
  public Response one(@PathParam("id") String id) {
    var wanted = Paths.uuid("proposal", id);
    return edge.read("proposal:read", principal -> show.one(principal, wanted));
  }

  /// Who proposed takes it back.
  @POST
  @Path("/{id}/withdrawal")
  @Needs(value = "proposal:create", records = "proposal.withdrawn")
  public Response withdraw(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var reason = WithdrawProposal.reason(body);
    var wanted = Paths.uuid("proposal", id);
    return edge.write(
        200, "proposal:create", http, body, call -> withdraw.withdraw(call, wanted, reason).json());
  }
}
