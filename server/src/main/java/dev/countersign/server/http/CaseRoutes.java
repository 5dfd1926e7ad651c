package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.workflow.CaseState;
import dev.countersign.workflow.usecase.CorrectCase;
import dev.countersign.workflow.usecase.MigrateCase;
import dev.countersign.workflow.usecase.OpenCase;
import dev.countersign.workflow.usecase.ReleaseCase;
import dev.countersign.workflow.usecase.ShowCases;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Cases of a workflow.
@Path("/v1/cases")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class CaseRoutes {
  private static final List<String> STATES =
      Arrays.stream(CaseState.values()).map(CaseState::word).toList();

  private final OpenCase open;
  private final CorrectCase correct;
  private final ReleaseCase release;
  private final MigrateCase migrate;
  private final ShowCases show;
  private final Edge edge;

  CaseRoutes(
      OpenCase open,
      CorrectCase correct,
      ReleaseCase release,
      MigrateCase migrate,
      ShowCases show,
      Edge edge) {
    this.open = open;
    this.correct = correct;
    this.release = release;
    this.migrate = migrate;
    this.show = show;
    this.edge = edge;
  }

  @POST
  @Needs(value = "case:create", records = "case.opened")
  public Response open(Json body, HttpServerRequest http) {
    var request = OpenCase.parse(body, edge.profile());
    return edge.write(201, "case:create", http, body, call -> open.open(call, request).json());
  }

  @GET
  @Needs("case:read")
  public Response list(
      @QueryParam("workflow") @Nullable String workflow,
      @QueryParam("reference") @Nullable String reference,
      @QueryParam("queue") @Nullable String queue,
      @QueryParam("state") @Nullable String state,
      @QueryParam("site") @Nullable String site,
      @QueryParam("overdue") @Nullable String overdue,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    var wanted =
        new ShowCases.Wanted(
            parameters.text("workflow", workflow),
            parameters.text("reference", reference),
            parameters.text("queue", queue),
            parameters.choice("state", state, STATES, word -> Optional.of(CaseState.read(word))),
            parameters.text("site", site),
            parameters
                .choice("overdue", overdue, List.of("true", "false"), Optional::of)
                .filter("true"::equals)
                .isPresent());
    var page = parameters.page(limit, cursor);
    return edge.read("case:read", principal -> show.list(principal, wanted, page));
  }

  @GET
  @Path("/{id}")
  @Needs("case:read")
  public Response one(@PathParam("id") String id) {
    var wanted = Paths.uuid("case", id);
    return edge.read("case:read", principal -> show.one(principal, wanted));
  }

  /// A person says that its facts are others.
  @PATCH
  @Path("/{id}")
  @Needs(value = "case:correct", records = "case.corrected")
  public Response correct(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = CorrectCase.parse(body);
    var wanted = Paths.uuid("case", id);
    return edge.write(
        200, "case:correct", http, body, call -> correct.correct(call, wanted, request).json());
  }

  /// A person lets it go on.
  @POST
  @Path("/{id}/release")
  @Needs(value = "case:release", records = "case.released")
  public Response release(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = ReleaseCase.parse(body);
    var wanted = Paths.uuid("case", id);
    return edge.write(
        200, "case:release", http, body, call -> release.release(call, wanted, request).json());
  }

  /// Somebody puts it under another version of its workflow.
  @POST
  @Path("/{id}/migration")
  @Needs(value = "case:migrate", records = "case.migrated")
  public Response migrate(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = MigrateCase.parse(body);
    var wanted = Paths.uuid("case", id);
    return edge.write(
        200, "case:migrate", http, body, call -> migrate.migrate(call, wanted, request).json());
  }
}
