package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.EraseContent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// The content of one entry, and its end.
@Path("/v1/ledger/entries/{index}/content")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class ErasureRoutes {
  private final EraseContent erase;
  private final Edge edge;

  ErasureRoutes(EraseContent erase, Edge edge) {
    this.erase = erase;
    this.edge = edge;
  }

  @DELETE
  @Needs(value = "content:erase", records = "ledger.content_erased")
  public Response erase(@PathParam("index") String index, Json body, HttpServerRequest http) {
    long number = LedgerRoutes.index(index);
    var reason = EraseContent.parse(body);
    return edge.write(
        200, "content:erase", http, body, call -> erase.erase(call, number, reason).json());
  }
}
