package dev.countersign.identity.usecase;

import dev.countersign.identity.Pepper;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.store.InstallationStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import java.util.List;
import java.util.function.Function;

/// What all nodes on one database have in common: the pepper of its keys and the platform's own
/// tenant. The first start lays both down; later ones are held to them.
public final class Installation {
  private final InstallationStore store;
  private final CreateTenant create;
  private final IssueKey issue;

  public Installation(InstallationStore store, CreateTenant create, IssueKey issue) {
    this.store = store;
    this.create = create;
    this.issue = issue;
  }

  /// Whether the keys of the database are hashed under this pepper; the first one asked about is
  /// the one from then on.
  public static boolean agrees(InstallationStore store, Pepper pepper) {
    var own = pepper.fingerprint();
    return own.equals(store.fingerprint(own));
  }

  /// A key of the platform's own tenant.
  ///
  /// @param key as it was issued, with its secret
  public record PlatformKey(TenantId tenant, JsonObject key) {}

  /// Issues a key in the platform's own tenant, which is made if there is none: a node that lost
  /// its key, or never had one, gets another one, and the tenant's log says so.
  ///
  /// @param tenant what to make if there is none
  /// @param system who acts in a tenant, of which no credential is asked
  public PlatformKey platformKey(
      Tenant tenant, IssueKey.Request request, Function<TenantId, Call> system) {
    return store
        .platform()
        .map(known -> another(known, request, system))
        .or(() ->
            create
                .platform(system.apply(tenant.id()), tenant, List.of(request))
                .map(made ->
                    new PlatformKey(
                        tenant.id(), (JsonObject) made.answer().items("keys").getFirst())))
        // Another node made it at the same moment.
        .orElseGet(() -> another(store.platform().orElseThrow(), request, system));
  }

  private PlatformKey another(
      TenantId tenant, IssueKey.Request request, Function<TenantId, Call> system) {
    return new PlatformKey(tenant, issue.in(system.apply(tenant), request).answer());
  }

  /// Says that this is the platform's own tenant, of a database from before that was kept.
  public void adopt(TenantId tenant) {
    var _ = store.claim(tenant);
  }
}
