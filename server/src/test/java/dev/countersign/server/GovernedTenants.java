package dev.countersign.server;

import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.usecase.CreateTenant;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Makes tenants in which everything can be done: a key without limit for each role, and the demo
/// profile, in which trust can be earned within a test.
@Singleton
class GovernedTenants {
  /// A second one of those who may not do everything alone.
  static final String SECOND_AUTHOR = "second_author";

  private static final String WORKFLOW =
      """
      {"definition":{"key":"claim","title":"Claim",
        "queues":[{"name":"open","title":"Open"},{"name":"paid","title":"Paid"}],
        "transitions":[
          {"type":"pay","from":"open","to":"paid","gate":"payout","approver_roles":["reviewer"],
           "handler":"transition","manual_seconds":600,"sla_seconds":864000},
          {"type":"decline","from":"open","to":"paid","gate":"payout","approver_roles":["reviewer"],
           "handler":"transition","manual_seconds":600}]}}
      """;

  private final CreateTenant create;
  private final Ids ids;

  GovernedTenants(CreateTenant create, Ids ids) {
    this.create = create;
    this.ids = ids;
  }

  record GovernedTenant(TenantId id, Map<String, String> keys) {
    /// The key of a role.
    String as(String role) {
      var key = keys.get(role);
      if (key == null) {
        throw new AssertionError("nobody is `" + role + "`");
      }
      return key;
    }
  }

  GovernedTenant create() {
    var id = new TenantId(ids.next());
    var slug = "governed-" + id.value().toString().substring(24);
    var wanted = new LinkedHashMap<String, IssueKey.Request>();
    for (var role : Roles.all().keySet()) {
      if (Roles.grantable(role)) {
        wanted.put(role, key(role, role));
      }
    }
    wanted.put(SECOND_AUTHOR, key(SECOND_AUTHOR, Roles.POLICY_AUTHOR));
    var answer =
        create
            .in(
                Call.system(id, "test", "0".repeat(31) + "1"),
                new Tenant(id, slug, slug, Tenant.Profile.DEMO),
                List.copyOf(wanted.values()))
            .answer();
    var keys = new LinkedHashMap<String, String>();
    var names = List.copyOf(wanted.keySet());
    for (int i = 0; i < names.size(); i++) {
      var issued = (JsonObject) answer.items("keys").get(i);
      keys.put(names.get(i), issued.text("key").orElseThrow());
    }
    return new GovernedTenant(id, keys);
  }

  /// Two transitions that lead from `open` to `paid`, `pay` and `decline`, behind open gates.
  static void workflow(Http http, GovernedTenant tenant) {
    var admin = tenant.as(Roles.TENANT_ADMIN);
    expect(201, http.post(admin, "/v1/workflows", WORKFLOW));
    for (var transition : List.of("pay", "decline")) {
      var gate = "/v1/workflows/claim/gates/" + transition + "/authorize";
      expect(200, http.post(admin, gate, "{\"reason\":\"reviewers decide\"}"));
    }
  }

  static Http.Answer expect(int status, Http.Answer answer) {
    if (answer.status() != status) {
      throw new AssertionError(answer.status() + " instead of " + status + ": " + answer.body());
    }
    return answer;
  }

  private static IssueKey.Request key(String name, String role) {
    return new IssueKey.Request(name, new TreeSet<>(List.of(role)), Principal.DEFAULT_SITE, false);
  }
}
