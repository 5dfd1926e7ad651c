package dev.countersign.server.http;

import dev.countersign.identity.RateLimit;
import dev.countersign.identity.usecase.ChangeLimits;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.identity.usecase.ListKeys;
import dev.countersign.identity.usecase.RevokeKey;
import dev.countersign.identity.usecase.RotateKey;
import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.LedgerReader;
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

/// API keys of the caller's tenant, and what a key may ask about itself.
@Path("/api")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class KeyRoutes {
  private final IssueKey issue;
  private final RotateKey rotate;
  private final RevokeKey revoke;
  private final ChangeLimits limits;
  private final ListKeys list;
  private final LedgerReader reader;
  private final Edge edge;
  private final Caller caller;

  KeyRoutes(
      IssueKey issue,
      RotateKey rotate,
      RevokeKey revoke,
      ChangeLimits limits,
      ListKeys list,
      LedgerReader reader,
      Edge edge,
      Caller caller) {
    this.issue = issue;
    this.rotate = rotate;
    this.revoke = revoke;
    this.limits = limits;
    this.list = list;
    this.reader = reader;
    this.edge = edge;
    this.caller = caller;
  }

  /// Verifies the key that asks and shows its limits.
  @POST
  @Path("/evaluate")
  @Consumes(MediaType.WILDCARD)
  @Needs("key:verify")
  public Response evaluate() {
    return edge.read(
        "key:verify",
        principal -> {
          reader.verified(principal);
          var answer =
              Json.object()
                  .put("status", "valid")
                  .put("tenant_id", principal.tenant().toString())
                  .put("key_id", principal.id())
                  .put("roles", Json.strings(principal.roles()));
          caller
              .authenticated()
              .limit()
              .ifPresent(limit -> answer.put("limit", limit.limit()).put("burst", limit.burst()));
          caller.limit().ifPresent(counted -> answer.put("remaining", counted.remaining()));
          return answer.put("window_seconds", RateLimit.WINDOW.toSeconds()).build();
        });
  }

  @GET
  @Path("/admin/keys")
  @Needs("key:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    var after = parameters.keyId("cursor", cursor);
    parameters.done();
    return edge.read("key:read", principal -> list.in(principal, after, size));
  }

  @POST
  @Path("/admin/keys")
  @Needs(value = "key:write", records = "key.created")
  public Response create(Json body, HttpServerRequest http) {
    var request = IssueKey.Request.parse(body);
    return edge.write(201, "key:write", http, body, call -> issue.in(call, request).json());
  }

  /// Gives a key another secret, shown once.
  @POST
  @Path("/admin/keys/{id}/rotate")
  @Needs(value = "key:write", records = "key.rotated")
  public Response rotate(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = RotateKey.Request.parse(body);
    return edge.write(200, "key:write", http, body, call -> rotate.in(call, id, request).json());
  }

  @GET
  @Path("/admin/limits")
  @Needs("key:read")
  public Response limits() {
    return edge.read("key:read", limits::show);
  }

  @PUT
  @Path("/admin/limits")
  @Needs(value = "key:write", records = "limits.changed")
  public Response change(Json body, HttpServerRequest http) {
    var wanted = ChangeLimits.parse(body);
    return edge.write(200, "key:write", http, body, call -> limits.change(call, wanted).json());
  }

  @DELETE
  @Path("/admin/keys/{id}")
  @Needs(value = "key:write", records = "key.revoked")
  public Response revoke(@PathParam("id") String id, HttpServerRequest http) {
    return edge.write(200, "key:write", http, Json.NULL, call -> revoke.in(call, id).json());
  }
}
