package dev.countersign.server.http;

import dev.countersign.trust.usecase.IssueCertificate;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// Signed statements of what a trust scope has earned, which verify offline.
@Path("/v1/trust/certificates/{scope}")
@RunOnVirtualThread
public final class TrustCertificateRoutes {
  private final IssueCertificate certificates;
  private final Edge edge;

  TrustCertificateRoutes(IssueCertificate certificates, Edge edge) {
    this.certificates = certificates;
    this.edge = edge;
  }

  @GET
  @Needs("trust:read")
  @Produces(MediaType.TEXT_PLAIN)
  public Response issue(@PathParam("scope") String scope) {
    var id = Paths.uuid("trust_scope", scope);
    var note =
        edge.checkedAgain("trust:read", () -> certificates.issue(edge.call().principal(), id));
    return Texts.response(note.toString());
  }
}
