package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.usecase.ChooseModel;
import dev.countersign.trust.usecase.ShowModels;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// Our own models: how they stand, a training on demand, and the version that serves.
@Path("/v1/trust/models")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ModelRoutes {
  private final ShowModels show;
  private final ChooseModel choose;
  private final Edge edge;

  ModelRoutes(ShowModels show, ChooseModel choose, Edge edge) {
    this.show = show;
    this.choose = choose;
    this.edge = edge;
  }

  @GET
  @Needs("trust:read")
  public Response all() {
    return edge.read("trust:read", show::all);
  }

  @GET
  @Path("/{predictor}/{version}")
  @Needs("trust:read")
  public Response version(
      @PathParam("predictor") String predictor, @PathParam("version") String version) {
    var of = predictor(predictor);
    int number = number(predictor, version);
    return edge.read("trust:read", principal -> show.version(principal, of, number));
  }

  /// Trained in the background; the answer says what was asked for.
  @POST
  @Path("/retrain")
  @Needs(value = "model:train", records = "model.retrain_requested")
  public Response retrain(Json body, HttpServerRequest http) {
    var predictors = ChooseModel.parseDemand(body);
    return edge.write(
        202, "model:train", http, body, call -> choose.demand(call, predictors).json());
  }

  /// Lets another version serve: an earlier one, mostly.
  @POST
  @Path("/{predictor}/champion")
  @Needs(value = "model:choose", records = "model.chosen")
  public Response serve(
      @PathParam("predictor") String predictor, Json body, HttpServerRequest http) {
    var of = predictor(predictor);
    var choice = ChooseModel.parseChoice(body);
    return edge.write(
        200, "model:choose", http, body, call -> choose.serve(call, of, choice).json());
  }

  private static Predictor predictor(String word) {
    return Predictor.parse(word).orElseThrow(() -> new Refusal.NotFound("predictor", word));
  }

  private static int number(String predictor, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new Refusal.NotFound("model", predictor + "@" + text);
    }
  }
}
