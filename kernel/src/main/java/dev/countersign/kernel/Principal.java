package dev.countersign.kernel;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Who acts, as the connection proved it; never taken from a body.
///
/// @param kind how he authenticated
/// @param id his public id within the kind: the key id of an API key, a timer's name
/// @param name for people to read
/// @param roles what he may be, ordered; the identity room says what each permits
/// @param scopes the permissions to which his credential is narrowed; empty if it is not narrowed
/// @param site the site he works at; trust scopes are kept per site
/// @param credentialsGeneration the tenant's counter of credentials when his were checked; a
///   transaction that finds a newer one has them checked again
public record Principal(
    TenantId tenant,
    Kind kind,
    String id,
    String name,
    SortedSet<String> roles,
    Optional<SortedSet<String>> scopes,
    String site,
    long credentialsGeneration) {

  public static final String DEFAULT_SITE = "main";

  /// How a principal authenticated.
  public enum Kind {
    API_KEY("api_key"),
    SYSTEM("system"),
    /// A rule that somebody wrote, acting on an event within a call of somebody else; it opens no
    /// transaction.
    RULE("rule");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public Principal {
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    scopes = scopes.map(narrowed -> Collections.unmodifiableSortedSet(new TreeSet<>(narrowed)));
  }

  /// One whose credential is not narrowed.
  public Principal(
      TenantId tenant,
      Kind kind,
      String id,
      String name,
      SortedSet<String> roles,
      String site,
      long credentialsGeneration) {
    this(tenant, kind, id, name, roles, Optional.empty(), site, credentialsGeneration);
  }

  /// The system itself, acting on time rather than on a request; holds no role and no credential.
  public static Principal system(TenantId tenant, String timer) {
    return new Principal(tenant, Kind.SYSTEM, timer, timer, new TreeSet<>(), DEFAULT_SITE, 0);
  }

  /// Whether he holds at least one of `wanted`.
  public boolean holdsAny(Collection<String> wanted) {
    return wanted.stream().anyMatch(roles::contains);
  }

  /// How the ledger names him: `api_key:ck_ab12`.
  public String actor() {
    return kind.word() + ":" + id;
  }
}
