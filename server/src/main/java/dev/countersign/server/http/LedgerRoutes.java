package dev.countersign.server.http;

import dev.countersign.events.RecordedActions;
import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.ExportLedger;
import dev.countersign.ledger.usecase.FindOrphans;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.Retention;
import dev.countersign.ledger.usecase.SearchEntries;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A tenant's own entries: search, one, its receipt, what lacks its predecessors, and the export.
@Path("/v1/ledger")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public final class LedgerRoutes {
  private static final String JSON_LINES = "application/jsonl";

  private final LedgerReader reader;
  private final SearchEntries search;
  private final FindOrphans orphans;
  private final ExportLedger export;
  private final Retention retention;
  private final Edge edge;

  LedgerRoutes(
      LedgerReader reader,
      SearchEntries search,
      FindOrphans orphans,
      ExportLedger export,
      Retention retention,
      Edge edge) {
    this.reader = reader;
    this.search = search;
    this.orphans = orphans;
    this.export = export;
    this.retention = retention;
    this.edge = edge;
  }

  @GET
  @Path("/entries")
  @Needs("ledger:read")
  public Response search(
      @QueryParam("correlation_id") @Nullable String correlationId,
      @QueryParam("action") @Nullable String action,
      @QueryParam("actor") @Nullable String actor,
      @QueryParam("resource") @Nullable String resource,
      @QueryParam("resource_id") @Nullable String resourceId,
      @QueryParam("from") @Nullable String from,
      @QueryParam("to") @Nullable String to,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    var filter =
        new SearchEntries.Filter(
            parameters.uuid("correlation_id", correlationId),
            parameters.text("action", action),
            parameters.text("actor", actor),
            parameters.text("resource", resource),
            parameters.text("resource_id", resourceId),
            parameters.time("from", from),
            parameters.time("to", to));
    int size = parameters.limit(limit);
    var before = parameters.number("cursor", cursor);
    parameters.done();
    return edge.read("ledger:read", principal -> search.page(principal, filter, before, size));
  }

  @GET
  @Path("/entries/{index}")
  @Needs("ledger:read")
  public Response entry(@PathParam("index") String index) {
    long number = index(index);
    return edge.read("ledger:read", principal -> reader.entry(principal, number));
  }

  @GET
  @Path("/entries/{index}/proof")
  @Needs("ledger:read")
  @Produces(MediaType.TEXT_PLAIN)
  public Response proof(@PathParam("index") String index) {
    long number = index(index);
    var receipt =
        edge.checkedAgain("ledger:read", () -> reader.receipt(edge.call().principal(), number));
    return Response.ok(receipt, MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8")).build();
  }

  @GET
  @Path("/orphans")
  @Needs("ledger:audit")
  public Response orphans(
      @QueryParam("from") @Nullable String from,
      @QueryParam("to") @Nullable String to,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    var first = parameters.time("from", from);
    var end = parameters.time("to", to);
    int size = parameters.limit(limit);
    var position = parameters.number("cursor", cursor);
    parameters.done();
    return edge.read(
        "ledger:audit", principal -> orphans.page(principal, first, end, position, size));
  }

  /// The tenant's log or a period of it; what is exported is logged first, so that an omission
  /// shows.
  @GET
  @Path("/export")
  @Needs(value = "ledger:export", records = "ledger.exported")
  @Produces(JSON_LINES)
  public Response export(
      @QueryParam("from") @Nullable String from,
      @QueryParam("to") @Nullable String to,
      @QueryParam("since") @Nullable String since) {
    var parameters = new Parameters();
    var wanted =
        new ExportLedger.Wanted(
            parameters.time("from", from),
            parameters.time("to", to),
            parameters.number("since", since));
    if (wanted.from().isPresent()
        && wanted.to().isPresent()
        && !wanted.from().get().isBefore(wanted.to().get())) {
      parameters.wrong("to", "must be later than `from`");
    }
    parameters.done();
    var prepared = edge.checkedAgain("ledger:export", () -> export.prepare(edge.call(), wanted));
    StreamingOutput lines =
        out ->
            export.write(
                prepared,
                line -> {
                  try {
                    out.write(line.getBytes(StandardCharsets.UTF_8));
                    out.write('\n');
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    return Response.ok(lines, JSON_LINES).build();
  }

  @GET
  @Path("/retention")
  @Needs("ledger:read")
  public Response retention() {
    return edge.read("ledger:read", retention::show);
  }

  @PUT
  @Path("/retention")
  @Consumes(MediaType.APPLICATION_JSON)
  @Needs(value = "retention:set", records = "retention.changed")
  public Response setRetention(Json body, HttpServerRequest http) {
    var days = Retention.parse(body, RecordedActions::wrong);
    return edge.write(200, "retention:set", http, body, call -> retention.set(call, days).json());
  }

  static long index(String text) {
    var parameters = new Parameters();
    var index = parameters.number("index", text);
    parameters.done();
    return index.orElseThrow();
  }
}
