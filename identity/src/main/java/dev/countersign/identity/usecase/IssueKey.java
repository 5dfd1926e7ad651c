package dev.countersign.identity.usecase;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Network;
import dev.countersign.identity.Pepper;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.Roles;
import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Makes a key and shows its secret, once.
public final class IssueKey {
  private final Ledger ledger;
  private final Pepper pepper;
  private final Ids ids;

  public IssueKey(Ledger ledger, Pepper pepper, Ids ids) {
    this.ledger = ledger;
    this.pepper = pepper;
    this.ids = ids;
  }

  private static final int MOST_ROLES = 20;
  private static final int LONGEST_ROLE = 60;
  private static final int MOST_SCOPES = 50;
  private static final int LONGEST_SCOPE = 60;

  /// Each call compares its address with all of them.
  private static final int MOST_NETWORKS = 20;

  private static final int LONGEST_NETWORK = 49;

  /// What is asked for.
  ///
  /// @param scopes the permissions to which the key is narrowed; empty for all that its roles carry
  /// @param networks from where it may be used; none for everywhere
  /// @param limited false only for keys of a demo tenant that measure and replay
  /// @param limit its own; empty for its tenant's
  public record Request(
      String name,
      SortedSet<String> roles,
      Optional<SortedSet<String>> scopes,
      List<Network> networks,
      String site,
      boolean limited,
      Optional<RateLimit> limit,
      Optional<Instant> expiresAt) {

    public Request {
      networks = List.copyOf(networks);
    }

    /// One that may be used from everywhere for all that its roles carry, for ever.
    public Request(String name, SortedSet<String> roles, String site, boolean limited) {
      this(
          name,
          roles,
          Optional.empty(),
          List.of(),
          site,
          limited,
          Optional.empty(),
          Optional.empty());
    }

    /// The body of `POST /api/admin/keys`.
    public static Request parse(Json body) {
      var fields = Fields.of(body);
      var name = fields.string("name", 1, 100);
      var roles = roles(fields);
      var scopes = scopes(fields, roles);
      var networks = networks(fields);
      var site = fields.optionalString("site", 1, 100).orElse(Principal.DEFAULT_SITE);
      var limit = limit(fields);
      var expires = fields.optionalTime("expires_at");
      fields.done();
      return new Request(name, roles, scopes, networks, site, true, limit, expires);
    }

    private static SortedSet<String> roles(Fields fields) {
      var roles = new TreeSet<>(fields.strings("roles", MOST_ROLES, LONGEST_ROLE));
      if (roles.isEmpty()) {
        roles.add(Roles.AGENT);
      }
      for (var role : roles) {
        if (!Roles.grantable(role)) {
          fields.problem("roles", "unknown_role", "`" + role + "` is not a role");
        }
      }
      return roles;
    }

    private static Optional<SortedSet<String>> scopes(Fields fields, SortedSet<String> roles) {
      var scopes = new TreeSet<>(fields.strings("scopes", MOST_SCOPES, LONGEST_SCOPE));
      for (var scope : scopes) {
        if (roles.stream().noneMatch(role -> Roles.of(role).contains(scope))) {
          fields.problem(
              "scopes", "unknown_scope", "`" + scope + "` is not a permission of the key's roles");
        }
      }
      return scopes.isEmpty() ? Optional.empty() : Optional.of(scopes);
    }

    private static List<Network> networks(Fields fields) {
      var networks = new ArrayList<Network>();
      var texts = fields.strings("networks", MOST_NETWORKS, LONGEST_NETWORK);
      for (int i = 0; i < texts.size(); i++) {
        var network = Network.parse(texts.get(i));
        if (network.isEmpty()) {
          fields.problem(
              "networks/" + i,
              "wrong_value",
              "must be an address or a block such as 10.1.0.0/16 or 2001:db8::/32, with nothing"
                  + " behind the prefix");
        }
        network.ifPresent(networks::add);
      }
      return networks;
    }

    static Optional<RateLimit> limit(Fields fields) {
      var limit = fields.optionalInteger("limit", 1, RateLimit.LARGEST);
      var burst = fields.optionalInteger("burst", 1, RateLimit.LARGEST);
      if (limit.isEmpty() && burst.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new RateLimit(
              limit.orElse((long) RateLimit.DEFAULT.limit()).intValue(),
              burst.orElse((long) RateLimit.DEFAULT.burst()).intValue()));
    }
  }

  /// Issues a key in the caller's tenant. A key gets its roles when it is made and keeps them, so
  /// nobody can give a role to the key he holds.
  public Recorded in(Call call, Request request) {
    return ledger.transact(
        withoutReplay(call),
        new Attempt("key.created", "api_key", request.name()),
        Rules.CHANGE,
        transaction -> {
          if (request.expiresAt().filter(end -> !end.isAfter(transaction.now())).isPresent()) {
            throw new Refusal.Invalid("/expires_at", "wrong_value", "must be in the future");
          }
          refuseBeyondOwnScopes(transaction.principal(), request.scopes());
          transaction.tenant().raise(Counter.CREDENTIALS);
          return issue(transaction, request);
        });
  }

  /// The answer holds a secret, which is never stored: a repetition makes another key.
  static Call withoutReplay(Call call) {
    return new Call(call.principal(), call.traceId(), call.source(), Optional.empty());
  }

  /// Whoever holds a narrowed key does not get out of it by making, or by rotating, a wider one.
  static void refuseBeyondOwnScopes(Principal principal, Optional<SortedSet<String>> scopes) {
    boolean within =
        principal.scopes().isEmpty()
            || scopes.filter(principal.scopes().get()::containsAll).isPresent();
    if (!within) {
      throw new Refusal.Forbidden(
          "scope_exceeded", "a narrowed key hands out only keys that are narrowed to its scopes");
    }
  }

  /// Issues a key within a transaction that raised the counter of credentials.
  JsonObject issue(LedgerTransaction transaction, Request request) {
    var key = ApiKey.generate(ids);
    KeyStore.insert(
        transaction.tenant(),
        new KeyStore.Fresh(
            key.keyId(),
            request.name(),
            pepper.hash(key.secret()),
            request.roles(),
            request.scopes(),
            request.networks(),
            request.site(),
            request.limited(),
            request.limit(),
            request.expiresAt()),
        transaction.principal().actor(),
        transaction.now());
    transaction.record(
        "key.created",
        "api_key",
        key.keyId(),
        transaction.newId(),
        Json.object()
            .put("name", request.name())
            .put("roles", Json.strings(request.roles()))
            .put("scopes", request.scopes().map(Json::strings))
            .put("networks", networks(request))
            .put("expires_at", request.expiresAt().map(end -> Json.of(end.toString())))
            .build());
    return Json.object()
        .put("id", key.keyId())
        .put("name", request.name())
        .put("roles", Json.strings(request.roles()))
        .put("scopes", request.scopes().map(Json::strings))
        .put("networks", networks(request))
        .put("site", request.site())
        .put("expires_at", request.expiresAt().map(end -> Json.of(end.toString())))
        .put("key", key.text())
        .build();
  }

  private static Json networks(Request request) {
    return Json.strings(request.networks().stream().map(Network::toString).toList());
  }
}
