package dev.countersign.server.http;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.Stage;
import dev.countersign.trust.usecase.ChangeStage;
import dev.countersign.trust.usecase.ScopePage;
import dev.countersign.trust.usecase.SplitScope;
import dev.countersign.trust.usecase.TrustScopes;
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
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Trust scopes: what each has earned, what is missing, and the signature that promotes.
@Path("/v1/trust/scopes")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class TrustRoutes {
  private final TrustScopes scopes;
  private final ChangeStage change;
  private final SplitScope splitting;
  private final TenantTransactions transactions;
  private final Edge edge;

  TrustRoutes(
      TrustScopes scopes,
      ChangeStage change,
      SplitScope splitting,
      TenantTransactions transactions,
      Edge edge) {
    this.scopes = scopes;
    this.splitting = splitting;
    this.change = change;
    this.transactions = transactions;
    this.edge = edge;
  }

  @GET
  @Needs("trust:read")
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    parameters.done();
    return edge.read(
        "trust:read",
        principal ->
            transactions.run(
                principal,
                Rules.READ,
                transaction -> page(scopes.list(transaction, size, Optional.ofNullable(cursor)))));
  }

  @GET
  @Path("/{id}")
  @Needs("trust:read")
  public Response one(@PathParam("id") String id) {
    var scope = Paths.uuid("trust_scope", id);
    return edge.read(
        "trust:read",
        principal ->
            transactions.run(principal, Rules.READ, transaction -> scopes.one(transaction, scope)));
  }

  /// A named person signs the step that the evidence recommends.
  @POST
  @Path("/{id}/promotions")
  @Needs(value = "trust:sign", records = "stage.promoted")
  public Response promote(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var scope = Paths.uuid("trust_scope", id);
    var to = stage(body);
    return edge.write(
        200, "trust:sign", http, body, call -> change.promote(call, scope, to).json());
  }

  /// An administrator lowers the stage.
  @POST
  @Path("/{id}/stage")
  @Needs(value = "trust:lower", records = "stage.demoted")
  public Response lower(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var scope = Paths.uuid("trust_scope", id);
    var to = stage(body);
    return edge.write(200, "trust:lower", http, body, call -> change.lower(call, scope, to).json());
  }

  /// An administrator declares that another scope is split off this one.
  @POST
  @Path("/{id}/splits")
  @Needs(value = "trust:set", records = "scope.split")
  public Response split(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var scope = Paths.uuid("trust_scope", id);
    var request = SplitScope.parse(body);
    return edge.write(
        201, "trust:set", http, body, call -> splitting.split(call, scope, request).json());
  }

  private static Json page(ScopePage page) {
    return Json.object()
        .put("scopes", Json.array(page.items()))
        .put("next_cursor", page.next().map(Json::of))
        .build();
  }

  private static Stage stage(Json body) {
    var fields = Fields.of(body);
    var words = Arrays.stream(Stage.values()).map(Stage::word).toArray(String[]::new);
    var word = fields.word("to", words);
    fields.done();
    return Arrays.stream(Stage.values())
        .filter(stage -> stage.word().equals(word))
        .findFirst()
        .orElseThrow();
  }
}
