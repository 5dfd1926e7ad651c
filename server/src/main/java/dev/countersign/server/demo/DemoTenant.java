package dev.countersign.server.demo;

import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.usecase.CreateTenant;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.Model;
import dev.countersign.policy.usecase.RegisterModel;
import dev.countersign.policy.usecase.RegisterOperation;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.OwnerOnlyFile;
import dev.countersign.workflow.usecase.LoadPack;
import dev.countersign.workflow.usecase.TenantProfile;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The demo tenant: keys for every role, and the packs that were chosen.
///
/// `demo.json` is written last, so an interrupted first start makes another tenant at the next one,
/// and a complete one is found as it was.
@Singleton
public final class DemoTenant {
  private static final String FILE = "demo.json";

  private static final List<String> APPROVERS =
      List.of(
          "prescriber",
          "insurance",
          "pharmacist",
          "pharmacy_technician",
          "claims_processor",
          "adjuster",
          "claims_manager",
          "claims_director",
          "fraud_investigator",
          "hr_coordinator",
          "hr_manager",
          "it");

  private final CreateTenant create;
  private final RegisterModel models;
  private final RegisterOperation operations;
  private final Packs packs;
  private final LoadPack load;
  private final TenantTransactions transactions;
  private final FirstKey firstKey;
  private final Ids ids;
  private final CountersignConfig config;
  private final int port;

  DemoTenant(
      CreateTenant create,
      RegisterModel models,
      RegisterOperation operations,
      Packs packs,
      LoadPack load,
      TenantTransactions transactions,
      FirstKey firstKey,
      Ids ids,
      CountersignConfig config,
      @ConfigProperty(name = "quarkus.http.port") int port) {
    this.create = create;
    this.models = models;
    this.operations = operations;
    this.packs = packs;
    this.load = load;
    this.transactions = transactions;
    this.firstKey = firstKey;
    this.ids = ids;
    this.config = config;
    this.port = port;
  }

  /// Creates the tenant unless it is there; the address in its file is always this server's.
  public void ensure() {
    var file = config.dataDir().resolve(FILE);
    try {
      var known =
          Files.exists(file)
              ? JsonReader.readObject(Files.readString(file))
              : created(new TenantId(ids.next()));
      OwnerOnlyFile.write(file, known.with("url", Json.of("http://localhost:" + port)) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonObject created(TenantId id) {
    // Before anything is made, so that a wrong name leaves nothing behind.
    var chosen = packs.chosen();
    var call = firstKey.system(id);
    var wanted = keys();
    var slug = "demo-" + id.value().toString().substring(24);
    var answer =
        create
            .in(
                call,
                new Tenant(id, slug, "Demo", Tenant.Profile.DEMO),
                List.copyOf(wanted.values()))
            .answer();
    transactions.run(
        id,
        Rules.CHANGE,
        transaction -> {
          models.in(
              transaction, new Model("gpt-4", "demo", false, Optional.empty(), new TreeSet<>()));
          operations.in(transaction, "classify");
          return id;
        });
    chosen.forEach((name, pack) -> load.load(call, TenantProfile.DEMO, name, pack));
    var keys = Json.object();
    var names = List.copyOf(wanted.keySet());
    for (int i = 0; i < names.size(); i++) {
      var issued = (JsonObject) answer.items("keys").get(i);
      keys.put(names.get(i), issued.text("key").orElseThrow());
    }
    keys.put("platform", firstKey.key());
    return Json.object()
        .put("url", "")
        .put("tenant_id", id.toString())
        .put("api_keys", keys.build())
        .build();
  }

  /// The keys by the name under which `demo.json` shows them.
  private static Map<String, IssueKey.Request> keys() {
    var keys = new LinkedHashMap<String, IssueKey.Request>();
    keys.put("agent", key("agent", true, Roles.AGENT));
    keys.put("enforcement_point", key("enforcement_point", true, Roles.ENFORCEMENT_POINT));
    keys.put("operator", key("operator", true, Roles.OPERATOR));
    keys.put("approver", approver("approver", true));
    keys.put("approver2", approver("approver2", true));
    keys.put("auditor", key("auditor", true, Roles.AUDITOR));
    keys.put("admin", key("admin", true, Roles.TENANT_ADMIN));
    keys.put("observer", key("observer", true, Roles.OBSERVER));
    keys.put("model_risk", key("model_risk", true, Roles.MODEL_RISK));
    keys.put("policy_author", key("policy_author", true, Roles.POLICY_AUTHOR));
    // Another one, because who drafts a policy set does not confirm it.
    keys.put("policy_author2", key("policy_author2", true, Roles.POLICY_AUTHOR));
    // Without limits, for measuring and replaying; there is no way to make such a key elsewhere.
    keys.put("load", key("load", false, Roles.AGENT));
    keys.put("replay_agent", key("replay_agent", false, Roles.AGENT));
    keys.put("replay_reviewer1", approver("replay_reviewer1", false));
    keys.put("replay_reviewer2", approver("replay_reviewer2", false));
    // Some actions of the packs need three people.
    keys.put("replay_reviewer3", approver("replay_reviewer3", false));
    keys.put("replay_observer", key("replay_observer", false, Roles.OBSERVER));
    return keys;
  }

  /// Holds every role that the packs ask for, so that two people are enough to look around.
  private static IssueKey.Request approver(String name, boolean limited) {
    return key(
        name,
        limited,
        Stream.concat(
                Stream.of(Roles.REVIEWER), APPROVERS.stream().map(Roles.APPROVER_PREFIX::concat))
            .toArray(String[]::new));
  }

  private static IssueKey.Request key(String name, boolean limited, String... roles) {
    return new IssueKey.Request(name, FirstKey.roles(roles), Principal.DEFAULT_SITE, limited);
  }
}
