package dev.countersign.server.http;

import dev.countersign.identity.Tenant;
import dev.countersign.identity.usecase.CreateTenant;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/// `POST /v1/tenants`: a new tenant with its administrator's key, for the platform's administrator.
@Path("/v1/tenants")
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class TenantRoutes {
  private final CreateTenant create;
  private final Ids ids;
  private final Edge edge;

  TenantRoutes(CreateTenant create, Ids ids, Edge edge) {
    this.create = create;
    this.ids = ids;
    this.edge = edge;
  }

  @POST
  @Needs(value = "tenant:create", records = "tenant.created")
  public Response create(Json body, HttpServerRequest http) {
    var fields = Fields.of(body);
    var slug = fields.string("slug", 2, 50);
    var name = fields.string("name", 1, 200);
    var profile =
        fields
            .optionalWord("profile", Tenant.Profile.STANDARD.word(), Tenant.Profile.DEMO.word())
            .orElse(Tenant.Profile.STANDARD.word());
    if (!slug.isEmpty() && !Tenant.isSlug(slug)) {
      fields.problem("slug", "wrong_value", "must be lower-case letters, digits and dashes");
    }
    fields.done();
    return edge.write(
        201,
        "tenant:create",
        http,
        body,
        call ->
            create
                .in(
                    call,
                    new Tenant(new TenantId(ids.next()), slug, name, Tenant.Profile.of(profile)),
                    List.of(CreateTenant.administrator()))
                .json());
  }
}
