package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.tests.SetFile;
import dev.countersign.policy.usecase.ActivatePolicySet;
import dev.countersign.policy.usecase.ConfirmChange;
import dev.countersign.policy.usecase.DiscardDraft;
import dev.countersign.policy.usecase.DraftPolicySet;
import dev.countersign.policy.usecase.ShowPolicySets;
import dev.countersign.policy.usecase.ValidatePolicySet;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Versions of the tenant's policy set, from draft into force.
@Path("/v1/policy-sets")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class PolicySetRoutes {
  /// Ten thousand policies of four hundred characters.
  static final int LARGEST_SET = 4 * 1024 * 1024;

  /// An obligation's arguments and a test's request lie some levels down in a set.
  private static final int DEPTH = 2 * JsonReader.DEFAULT_DEPTH;

  private final DraftPolicySet draft;
  private final ValidatePolicySet validate;
  private final ActivatePolicySet activate;
  private final ConfirmChange confirm;
  private final DiscardDraft discard;
  private final ShowPolicySets show;
  private final Edge edge;

  PolicySetRoutes(
      DraftPolicySet draft,
      ValidatePolicySet validate,
      ActivatePolicySet activate,
      ConfirmChange confirm,
      DiscardDraft discard,
      ShowPolicySets show,
      Edge edge) {
    this.draft = draft;
    this.validate = validate;
    this.activate = activate;
    this.confirm = confirm;
    this.discard = discard;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Needs("policy:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    var before = parameters.between("cursor", cursor, 1, Integer.MAX_VALUE);
    parameters.done();
    return edge.read("policy:read", principal -> show.list(principal, size, before));
  }

  @POST
  @Needs(value = "policy:write", records = "policy.drafted", largest = LARGEST_SET)
  public Response draft(InputStream body, HttpServerRequest http) throws IOException {
    var json = Bodies.read(body, LARGEST_SET, DEPTH);
    var file = SetFile.read(json);
    return edge.write(201, "policy:write", http, json, call -> draft.draft(call, file).json());
  }

  @GET
  @Path("/{version}")
  @Needs("policy:read")
  public Response one(@PathParam("version") String version) {
    int wanted = number(version);
    return edge.read("policy:read", principal -> show.one(principal, wanted));
  }

  @DELETE
  @Path("/{version}")
  @Needs(value = "policy:write", records = "policy.discarded")
  public Response discard(@PathParam("version") String version, HttpServerRequest http) {
    int wanted = number(version);
    return edge.write(
        200, "policy:write", http, Json.NULL, call -> discard.discard(call, wanted).json());
  }

  @POST
  @Path("/{version}/validate")
  @Consumes(MediaType.WILDCARD)
  @Needs(
      value = "policy:write",
      records = {"policy.validated", "policy.validation_failed"})
  public Response validate(@PathParam("version") String version, HttpServerRequest http) {
    int wanted = number(version);
    return edge.write(
        200, "policy:write", http, Json.NULL, call -> validate.validate(call, wanted).json());
  }

  @POST
  @Path("/{version}/activate")
  @Consumes(MediaType.WILDCARD)
  @Needs(
      value = "policy:write",
      records = {"policy.activation_requested", "policy.activated"})
  public Response activate(@PathParam("version") String version, HttpServerRequest http) {
    int wanted = number(version);
    return edge.submit(
        "policy:write", http, Json.NULL, call -> activate.activate(call, wanted).json());
  }

  @POST
  @Path("/{version}/confirm")
  @Consumes(MediaType.WILDCARD)
  @Needs(value = "policy:confirm", records = "policy.activated")
  public Response confirm(@PathParam("version") String version, HttpServerRequest http) {
    int wanted = number(version);
    return edge.write(
        200,
        "policy:confirm",
        http,
        Json.NULL,
        call -> confirm.confirmVersion(call, wanted).json());
  }

  @POST
  @Path("/{version}/reject")
  @Consumes(MediaType.WILDCARD)
  @Needs(
      value = "policy:confirm",
      records = {"policy.activation_rejected", "policy.activation_withdrawn"})
  public Response reject(@PathParam("version") String version, HttpServerRequest http) {
    int wanted = number(version);
    return edge.write(
        200, "policy:confirm", http, Json.NULL, call -> confirm.rejectVersion(call, wanted).json());
  }

  private static int number(String version) {
    if (!version.matches("[1-9][0-9]{0,8}")) {
      throw new Refusal.NotFound(
          "policy_set", version.length() <= 40 ? version : version.substring(0, 40) + "…");
    }
    return Integer.parseInt(version);
  }
}
