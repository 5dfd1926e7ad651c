package dev.countersign.identity;

import dev.countersign.kernel.Principal;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which permissions each role carries: data, so that the matrix of routes and roles can be read.
///
/// A permission is `<thing>:<verb>`. A role that is not listed carries none, with one family of
/// exceptions: `approver:<name>` carries what a reviewer carries, and a gate names which of them it
/// wants.
public final class Roles {
  public static final String AGENT = "agent";
  public static final String VIEWER = "viewer";
  public static final String OPERATOR = "operator";
  public static final String REVIEWER = "reviewer";
  public static final String OBSERVER = "observer";
  public static final String ENFORCEMENT_POINT = "enforcement_point";
  public static final String AUDITOR = "auditor";
  public static final String POLICY_AUTHOR = "policy_author";
  public static final String MODEL_RISK = "model_risk";
  public static final String DATA_PROTECTION = "data_protection";
  public static final String BREAK_GLASS = "break_glass";
  public static final String TENANT_ADMIN = "tenant_admin";
  public static final String PLATFORM_ADMIN = "platform_admin";

  /// The family of roles that gates ask for by name.
  public static final String APPROVER_PREFIX = "approver:";

  private static final SortedSet<String> READS =
      set(
          "key:verify",
          "case:read",
          "proposal:read",
          "approval:read",
          "workflow:read",
          "gate:read",
          "trust:read",
          "decision:read",
          "registry:read",
          "ledger:read");

  /// What people read besides. Not software: what asks for permission has no business with where
  /// exactly the line runs.
  private static final SortedSet<String> PEOPLE = with(READS, "policy:read");

  private static final SortedMap<String, SortedSet<String>> PERMISSIONS = permissions();

  private Roles() {}

  private static SortedMap<String, SortedSet<String>> permissions() {
    var all = new TreeMap<String, SortedSet<String>>();
    all.put(AGENT, with(READS, "check:create", "case:create", "case:work", "proposal:create"));
    all.put(VIEWER, PEOPLE);
    // Corrects what guards rest on, which no agent does.
    all.put(
        OPERATOR,
        with(PEOPLE, "case:create", "case:work", "case:correct", "case:release", "freeze:set"));
    all.put(
        REVIEWER,
        with(all.get(OPERATOR), "approval:decide", "execution:rollback", "execution:resolve"));
    // Undoes what is too late for everybody else; each time with a reason.
    all.put(BREAK_GLASS, with(PEOPLE, "execution:rollback"));
    all.put(OBSERVER, with(PEOPLE, "outcome:report"));
    // Asks about others (AuthZEN), so an agent that acts for himself has no use for it.
    all.put(
        ENFORCEMENT_POINT, set("key:verify", "access:evaluate", "access:request", "access:search"));
    all.put(
        AUDITOR,
        with(
            PEOPLE,
            "entity:read",
            "key:read",
            "decision:export",
            "ledger:audit",
            "ledger:export",
            "webhook:read",
            "hold:read",
            "reviewer:read"));
    // Who erases lifts no hold, and who lifts one does not erase.
    all.put(
        DATA_PROTECTION,
        with(PEOPLE, "entity:read", "content:erase", "hold:read", "retention:set"));
    all.put(
        POLICY_AUTHOR,
        with(
            PEOPLE,
            "entity:read",
            "policy:write",
            "policy:simulate",
            "policy:tune",
            "policy:confirm"));
    all.put(
        MODEL_RISK,
        with(
            PEOPLE,
            "trust:sign",
            "model:train",
            "model:choose",
            "registry:write",
            "reviewer:read"));
    all.put(
        TENANT_ADMIN,
        with(
            PEOPLE,
            "case:create",
            "case:work",
            "case:correct",
            "case:release",
            "case:migrate",
            "rule:write",
            "entity:read",
            "entity:write",
            "policy:tune",
            "policy:confirm",
            "registry:write",
            "workflow:define",
            "pack:load",
            "gate:change",
            "autonomy:set",
            "execution:resolve",
            "freeze:set",
            "freeze:lift",
            "key:read",
            "key:write",
            "trust:lower",
            "anomaly:decide",
            "model:train",
            "model:choose",
            "trust:set",
            "retention:set",
            "hold:read",
            "hold:set",
            "hold:lift",
            "policy:simulate",
            "decision:export",
            "ledger:audit",
            "ledger:export",
            "webhook:read",
            "webhook:write",
            "reviewer:read",
            "vigilance:set"));
    all.put(PLATFORM_ADMIN, set("key:verify", "tenant:create", "freeze:everywhere", "ledger:read"));
    return Collections.unmodifiableSortedMap(all);
  }

  /// Whether one of the principal's roles carries `permission` and his key is not narrowed to
  /// others.
  public static boolean permit(Principal principal, String permission) {
    return principal.scopes().filter(scopes -> !scopes.contains(permission)).isEmpty()
        && principal.roles().stream().anyMatch(role -> of(role).contains(permission));
  }

  /// The permissions of a role; none for a role that is not known.
  public static SortedSet<String> of(String role) {
    String known = role.startsWith(APPROVER_PREFIX) ? REVIEWER : role;
    return PERMISSIONS.getOrDefault(known, Collections.unmodifiableSortedSet(new TreeSet<>()));
  }

  /// Whether a key may be given this role within a tenant.
  public static boolean grantable(String role) {
    return role.matches("approver:[a-z][a-z0-9_]{0,49}")
        || (PERMISSIONS.containsKey(role) && !role.equals(PLATFORM_ADMIN));
  }

  /// Every role with its permissions, ordered.
  public static Map<String, SortedSet<String>> all() {
    return PERMISSIONS;
  }

  private static SortedSet<String> set(String... permissions) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(Arrays.asList(permissions)));
  }

  private static SortedSet<String> with(SortedSet<String> base, String... more) {
    var all = new TreeSet<>(base);
    all.addAll(Arrays.asList(more));
    return Collections.unmodifiableSortedSet(all);
  }
}
