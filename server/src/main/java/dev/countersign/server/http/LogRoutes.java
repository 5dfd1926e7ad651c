package dev.countersign.server.http;

import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.usecase.Checkpoints;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogKeys;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// The log as anyone may read it: C2SP checkpoints and tiles, byte for byte, without a credential.
@Path("/ledger")
@RunOnVirtualThread
public final class LogRoutes {
  /// A tile never changes; a partial one of a given width does not either.
  private static final String FOREVER = "public, max-age=31536000, immutable";

  private final LedgerReader reader;
  private final Checkpoints checkpoints;
  private final LogKeys keys;

  LogRoutes(LedgerReader reader, Checkpoints checkpoints, LogKeys keys) {
    this.reader = reader;
    this.checkpoints = checkpoints;
    this.keys = keys;
  }

  @GET
  @Path("/checkpoint")
  @Needs(Needs.NOTHING)
  public Response checkpoint() {
    var signed = checkpoints.newest().orElseThrow(LedgerFailure.Uncovered::new);
    return Texts.response(signed.note().toString());
  }

  /// The verifier keys, one vkey a line: all but those that were compromised.
  @GET
  @Path("/keys")
  @Needs(Needs.NOTHING)
  public Response keys() {
    return Texts.response(Texts.lines(keys.published()));
  }

  @GET
  @Path("/tile/{path: .+}")
  @Needs(Needs.NOTHING)
  public Response tile(@PathParam("path") String path) {
    var bytes =
        switch (TilePath.parse(path).orElseThrow(NotFoundException::new)) {
          case TilePath.Hashes hashes -> reader.tile(hashes);
          case TilePath.Entries entries -> reader.bundle(entries);
        };
    return Response.ok(
            bytes.orElseThrow(NotFoundException::new), MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, FOREVER)
        .build();
  }
}
