package dev.countersign.server.http;

import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.log.DecisionCursor;
import dev.countersign.policy.log.DecisionFilter;
import dev.countersign.policy.usecase.ExportDecisions;
import dev.countersign.policy.usecase.ShowDecisions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The decision log: search, one, and the export.
@Path("/v1/decisions")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public final class DecisionRoutes {
  private static final String READ = "decision:read";
  private static final String EXPORT = "decision:export";

  private final ShowDecisions show;
  private final ExportDecisions export;
  private final Edge edge;

  DecisionRoutes(ShowDecisions show, ExportDecisions export, Edge edge) {
    this.show = show;
    this.export = export;
    this.edge = edge;
  }

  /// The filters of a list and of an export.
  public static final class Conditions {
    @QueryParam("from")
    @Nullable String from;

    @QueryParam("to")
    @Nullable String to;

    @QueryParam("model")
    @Nullable String model;

    @QueryParam("operation")
    @Nullable String operation;

    @QueryParam("outcome")
    @Nullable String outcome;

    @QueryParam("key")
    @Nullable String key;

    @QueryParam("policy")
    @Nullable String policy;

    DecisionFilter read(Parameters parameters) {
      var begin = parameters.time("from", from);
      var end = parameters.time("to", to);
      if (begin.isPresent() && end.isPresent() && !begin.get().isBefore(end.get())) {
        parameters.wrong("to", "must be later than `from`");
        end = Optional.empty();
      }
      var outcomes = new TreeSet<String>();
      parameters
          .choice("outcome", outcome, DecisionFilter.OUTCOMES, Optional::of)
          .ifPresent(outcomes::add);
      return new DecisionFilter(
          begin,
          end,
          parameters.text("model", model),
          parameters.text("operation", operation),
          outcomes,
          parameters.text("key", key),
          parameters.parsed(
              "policy",
              policy,
              "must be the key of a policy",
              value ->
                  PolicyKey.valid(value) ? Optional.of(new PolicyKey(value)) : Optional.empty()));
    }
  }

  @GET
  @Needs(READ)
  public Response list(
      @BeanParam Conditions conditions,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    var filter = conditions.read(parameters);
    int size = parameters.limit(limit);
    var tenant = edge.call().principal().tenant();
    var from =
        parameters.parsed(
            "cursor",
            cursor,
            "must be the `next_cursor` of this list with the same conditions",
            value -> DecisionCursor.parse(value, tenant, filter));
    parameters.done();
    return edge.read(READ, principal -> show.list(principal, filter, from, size));
  }

  @GET
  @Path("/{id}")
  @Needs(READ)
  public Response one(@PathParam("id") String id) {
    var wanted = Paths.uuid("decision", id);
    return edge.read(READ, principal -> show.one(principal, wanted));
  }

  /// The decisions that match, oldest first; who took them along is recorded first.
  @GET
  @Path("/export")
  @Needs(value = EXPORT, records = ExportDecisions.ACTION)
  @Produces({DecisionExport.JSON_LINES, DecisionExport.CSV})
  public Response export(
      @BeanParam Conditions conditions,
      @QueryParam("format") @Nullable String format,
      @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept) {
    var parameters = new Parameters();
    var filter = conditions.read(parameters);
    var chosen =
        parameters
            .choice("format", format, DecisionExport.FORMATS, Optional::of)
            .orElse(accept != null && accept.startsWith(DecisionExport.CSV) ? "csv" : "jsonl");
    parameters.done();
    var prepared = edge.checkedAgain(EXPORT, () -> export.prepare(edge.call(), filter, chosen));
    var lines = new DecisionExport(export, prepared);
    StreamingOutput out = chosen.equals("csv") ? lines::csv : lines::jsonLines;
    return Response.ok(out, chosen.equals("csv") ? DecisionExport.CSV : DecisionExport.JSON_LINES)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"decisions.%s\"".formatted(chosen))
        .build();
  }
}
