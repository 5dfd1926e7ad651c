package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.usecase.ShowSimulations;
import dev.countersign.policy.usecase.StartSimulation;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a version of the policies would have answered to the recorded requests.
@Path("/v1/policy-sets/{version}")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class SimulationRoutes {
  private static final String READ = "policy:read";
  private static final String SIMULATE = "policy:simulate";
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

  private final StartSimulation start;
  private final ShowSimulations show;
  private final Edge edge;

  SimulationRoutes(StartSimulation start, ShowSimulations show, Edge edge) {
    this.start = start;
    this.show = show;
    this.edge = edge;
  }

  /// Answers at once; `Location` names where progress and result are.
  @POST
  @Path("/simulate")
  @Needs(value = SIMULATE, records = StartSimulation.ACTION)
  public Response simulate(
      @PathParam("version") String version, Json body, HttpServerRequest http) {
    var scope = StartSimulation.read(body);
    int wanted = number(version);
    var answer =
        edge.write(202, SIMULATE, http, body, call -> start.start(call, wanted, scope).json());
    return answer.getEntity() instanceof Json.JsonObject started
        ? Response.fromResponse(answer)
            .header(
                HttpHeaders.LOCATION,
                "/v1/policy-sets/%d/simulations/%s"
                    .formatted(wanted, started.text("simulation_id").orElseThrow()))
            .build()
        : answer;
  }

  @GET
  @Path("/simulations")
  @Needs(READ)
  public Response list(@PathParam("version") String version) {
    int wanted = number(version);
    return edge.read(READ, principal -> show.list(principal, wanted));
  }

  @GET
  @Path("/simulations/{id}")
  @Needs(READ)
  public Response one(@PathParam("version") String version, @PathParam("id") String id) {
    int wanted = number(version);
    var simulation = Paths.uuid("simulation", id);
    return edge.read(READ, principal -> show.one(principal, wanted, simulation));
  }

  @GET
  @Path("/simulations/{id}/flips")
  @Needs(READ)
  public Response flips(
      @PathParam("version") String version,
      @PathParam("id") String id,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    int size = parameters.limit(limit);
    var before = parameters.number("cursor", cursor);
    parameters.done();
    int wanted = number(version);
    var simulation = Paths.uuid("simulation", id);
    return edge.read(READ, principal -> show.flips(principal, wanted, simulation, before, size));
  }

  // What is no number names no version.
  private static int number(String version) {
    if (!VERSION.matcher(version).matches()) {
      throw new Refusal.NotFound(
          "policy_set", version.length() <= 20 ? version : version.substring(0, 20) + "…");
    }
    return Integer.parseInt(version);
  }
}
