package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.check.SearchRequest.Gap;
import dev.countersign.policy.usecase.SearchAccess;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// AuthZEN's searches: which subjects, resources or actions would be permitted?
@IgnoresOthers
@Path("/access/v1/search")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class SearchRoutes {
  private static final String PERMISSION = "access:search";
  private static final String ENTRY = "search.answered";

  private final SearchAccess search;
  private final Edge edge;

  SearchRoutes(SearchAccess search, Edge edge) {
    this.search = search;
    this.edge = edge;
  }

  @POST
  @Path("/subject")
  @Needs(value = PERMISSION, records = ENTRY)
  public Response subjects(Json body, @Context HttpHeaders headers) {
    return answered(Gap.SUBJECT, body, headers);
  }

  @POST
  @Path("/resource")
  @Needs(value = PERMISSION, records = ENTRY)
  public Response resources(Json body, @Context HttpHeaders headers) {
    return answered(Gap.RESOURCE, body, headers);
  }

  @POST
  @Path("/action")
  @Needs(value = PERMISSION, records = ENTRY)
  public Response actions(Json body, @Context HttpHeaders headers) {
    return answered(Gap.ACTION, body, headers);
  }

  private Response answered(Gap gap, Json body, HttpHeaders headers) {
    var requestId = RequestIds.of(headers);
    return Edge.json(
        200,
        edge.checkedAgain(PERMISSION, () -> shown(search.in(edge.call(), gap, body, requestId))));
  }

  /// The ticket stands in the context: beside it the standard has a meaning for every member.
  private static JsonObject shown(Recorded recorded) {
    var answer = recorded.answer();
    var context = answer.object("context").orElse(JsonObject.EMPTY);
    return answer.with("context", context.with("ticket", recorded.tickets().getFirst().json()));
  }
}
