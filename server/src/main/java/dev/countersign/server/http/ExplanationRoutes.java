package dev.countersign.server.http;

import dev.countersign.policy.usecase.ExplainDecision;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// What would have had to be different for a decision to be a permission.
@Path("/v1/decisions/{id}/explanation")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public final class ExplanationRoutes {
  private static final String READ = "decision:read";

  private final ExplainDecision explain;
  private final Edge edge;

  ExplanationRoutes(ExplainDecision explain, Edge edge) {
    this.explain = explain;
    this.edge = edge;
  }

  @GET
  @Needs(READ)
  public Response explain(@PathParam("id") String id) {
    var decision = Paths.uuid("decision", id);
    return edge.read(READ, principal -> explain.explain(principal, decision));
  }
}
