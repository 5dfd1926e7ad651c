package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.policy.usecase.ChangeSettings;
import dev.countersign.policy.usecase.ConfirmChange;
import dev.countersign.policy.usecase.ShowPolicies;
import dev.countersign.policy.usecase.ShowPolicySets;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
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

/// What decides beside the versions, and the changes of all of it that wait for a second person.
@Path("/v1")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class PolicyChangeRoutes {
  private final ChangeSettings change;
  private final ConfirmChange confirm;
  private final ShowPolicies policies;
  private final ShowPolicySets show;
  private final Edge edge;

  PolicyChangeRoutes(
      ChangeSettings change,
      ConfirmChange confirm,
      ShowPolicies policies,
      ShowPolicySets show,
      Edge edge) {
    this.change = change;
    this.confirm = confirm;
    this.policies = policies;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Path("/policy-changes")
  @Needs("policy:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    var before = parameters.uuid("cursor", cursor);
    parameters.done();
    return edge.read("policy:read", principal -> show.changes(principal, size, before));
  }

  @POST
  @Path("/policy-changes/{id}/confirm")
  @Consumes(MediaType.WILDCARD)
  @Needs(
      value = "policy:confirm",
      records = {"policy.activated", "policy.overrides_changed", "policy.values_changed"})
  public Response confirm(@PathParam("id") String id, HttpServerRequest http) {
    var wanted = Paths.uuid("policy_change", id);
    return edge.write(
        200, "policy:confirm", http, Json.NULL, call -> confirm.confirm(call, wanted).json());
  }

  @POST
  @Path("/policy-changes/{id}/reject")
  @Consumes(MediaType.WILDCARD)
  @Needs(
      value = "policy:confirm",
      records = {
        "policy.activation_rejected",
        "policy.activation_withdrawn",
        "policy.overrides_rejected",
        "policy.overrides_withdrawn",
        "policy.values_rejected",
        "policy.values_withdrawn"
      })
  public Response reject(@PathParam("id") String id, HttpServerRequest http) {
    var wanted = Paths.uuid("policy_change", id);
    return edge.write(
        200, "policy:confirm", http, Json.NULL, call -> confirm.reject(call, wanted).json());
  }

  @GET
  @Path("/policy-overrides")
  @Needs("policy:read")
  public Response overrides() {
    return edge.read("policy:read", policies::overrides);
  }

  @PUT
  @Path("/policy-overrides")
  @Needs(
      value = "policy:tune",
      records = {"policy.overrides_changed", "policy.overrides_requested"})
  public Response override(Json body, HttpServerRequest http) {
    var wanted = ChangeSettings.overrides(body);
    return edge.submit("policy:tune", http, body, call -> change.override(call, wanted).json());
  }

  @GET
  @Path("/policy-values")
  @Needs("policy:read")
  public Response values() {
    return edge.read("policy:read", policies::values);
  }

  @PUT
  @Path("/policy-values")
  @Needs(
      value = "policy:tune",
      records = {"policy.values_changed", "policy.values_requested"})
  public Response set(Json body, HttpServerRequest http) {
    var wanted = ChangeSettings.values(body);
    return edge.submit("policy:tune", http, body, call -> change.set(call, wanted).json());
  }
}
