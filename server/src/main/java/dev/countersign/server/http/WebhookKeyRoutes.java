package dev.countersign.server.http;

import dev.countersign.events.WebhookKey;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonWriter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;

/// `/.well-known/http-message-signatures-directory`: by which key receivers verify our events. A
/// JSON Web Key Set, where the IETF's draft on directories of such keys has it.
@Path("/.well-known/http-message-signatures-directory")
@Produces(WebhookKeyRoutes.DIRECTORY)
public final class WebhookKeyRoutes {
  static final String DIRECTORY = "application/http-message-signatures-directory+json";

  /// It never changes without a restart.
  private static final String AN_HOUR = "public, max-age=3600";

  private final WebhookKey key;

  WebhookKeyRoutes(WebhookKey key) {
    this.key = key;
  }

  @GET
  @Needs(Needs.NOTHING)
  public Response show() {
    var directory = Json.object().put("keys", Json.array(List.of(key.jwk()))).build();
    return Response.ok(JsonWriter.bytes(directory), DIRECTORY)
        .header(HttpHeaders.CACHE_CONTROL, AN_HOUR)
        .build();
  }
}
