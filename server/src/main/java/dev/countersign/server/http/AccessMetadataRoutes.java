package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.server.config.PublicUrl;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/// `/.well-known/authzen-configuration`: where an enforcement point asks this decision point.
@Path("/.well-known/authzen-configuration")
@Produces(MediaType.APPLICATION_JSON)
public final class AccessMetadataRoutes {
  /// It changes with the configuration, so never without a restart.
  private static final String AN_HOUR = "public, max-age=3600";

  private final PublicUrl url;

  AccessMetadataRoutes(PublicUrl url) {
    this.url = url;
  }

  @GET
  @Needs(Needs.NOTHING)
  public Response show() {
    var base = url.text() + "/access/v1";
    var metadata =
        Json.object()
            .put("policy_decision_point", url.text())
            .put("access_evaluation_endpoint", base + "/evaluation")
            .put("access_evaluations_endpoint", base + "/evaluations")
            .put("access_request_endpoint", url.text() + AccessRequestRoutes.ADDRESS)
            .put(
                "capabilities",
                Json.strings(List.of("urn:openid:authzen:capability:access-request")))
            .put("search_subject_endpoint", base + "/search/subject")
            .put("search_resource_endpoint", base + "/search/resource")
            .put("search_action_endpoint", base + "/search/action")
            .build();
    return Response.ok(metadata, MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, AN_HOUR)
        .build();
  }
}
