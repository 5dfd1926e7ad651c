package dev.countersign.identity.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Authenticated;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.StaleCredential;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeysTest {
  static final String HERE = "203.0.113.7";

  private final IdentityNode node = new IdentityNode();
  private final Tenant acme = node.tenant("acme");
  private final ApiKey admin = node.create(acme);

  @AfterEach
  void close() {
    node.close();
  }

  private Call as(ApiKey key) {
    var principal =
        node.authenticate.verifyAnew(key, HERE).map(Authenticated::principal).orElseThrow();
    return new Call(principal, "0".repeat(32), "local", Optional.empty());
  }

  private ApiKey issue(ApiKey by, JsonObject request) {
    var answer = node.issue.in(as(by), IssueKey.Request.parse(request)).answer();
    return ApiKey.parse(answer.text("key").orElseThrow()).orElseThrow();
  }

  private static Json.Builder request(String name) {
    return Json.object().put("name", name);
  }

  @Test
  void newTenantBeginsWithItsAdministratorAndItsLog() {
    var who = node.authenticate.verify(admin, HERE).orElseThrow();
    assertThat(who.principal().tenant()).isEqualTo(acme.id());
    assertThat(who.principal().roles()).containsExactly(Roles.TENANT_ADMIN);
    assertThat(who.limit()).contains(RateLimit.DEFAULT);
    assertThat(who.demo()).isFalse();
    assertThat(node.actions(acme.id())).containsExactly("tenant.created", "key.created");
  }

  @Test
  void takenSlugIsRefusedAndRecordedWithWhoAsked() {
    var again = new Tenant(new TenantId(node.ids.next()), "acme", "Other", Tenant.Profile.DEMO);
    assertThatThrownBy(
            () -> node.createTenant.in(as(admin), again, List.of(CreateTenant.administrator())))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class, refused -> assertThat(refused.code()).isEqualTo("slug_taken"));
    assertThat(node.number("select count(*) from identity.tenant")).isEqualTo(1);
    assertThat(node.number("select count(*) from kernel.generation")).isEqualTo(1);
    assertThat(node.number("select count(*) from identity.api_key")).isEqualTo(1);
    assertThat(node.actions(acme.id())).contains("tenant.refused");
    assertThat(node.actions(again.id())).isEmpty();
  }

  @Test
  void secretIsStoredNowhere() throws SQLException {
    var key = issue(admin, request("robot").build());
    try (var connection = node.superuser().getConnection();
        var statement = connection.createStatement()) {
      var tables = new ArrayList<String>();
      try (var row =
          statement.executeQuery(
              "select schemaname || '.' || tablename from pg_tables where schemaname in ('kernel', 'ledger', 'identity')")) {
        while (row.next()) {
          tables.add(row.getString(1));
        }
      }
      for (var table : tables) {
        try (var row = statement.executeQuery("select t::text from " + table + " t")) {
          while (row.next()) {
            assertThat(row.getString(1))
                .as(table)
                .doesNotContain(key.secret())
                .doesNotContain(admin.secret());
          }
        }
      }
    }
    var stored = node.number("select count(*) from identity.api_key where length(hash) = 32");
    assertThat(stored).isEqualTo(2);
  }

  @Test
  void unknownWrongRevokedExpiredAndSuspendedAreAllRefused() {
    var unknown = new ApiKey("ck_0000000000000000", admin.secret());
    var wrong = new ApiKey(admin.keyId(), "A".repeat(43));
    var revoked = issue(admin, request("revoked").build());
    var expiring =
        issue(
            admin,
            request("expiring")
                .put("expires_at", node.clock.instant().plusSeconds(60).toString())
                .build());
    assertThat(node.authenticate.verify(expiring, HERE)).isPresent();
    node.revoke.in(as(admin), revoked.keyId());
    node.clock.advance(Duration.ofSeconds(60));
    for (var key : List.of(unknown, wrong, expiring)) {
      assertThat(node.authenticate.verify(key, HERE)).as(key.keyId()).isEmpty();
      assertThat(node.authenticate.verifyAnew(key, HERE)).as(key.keyId()).isEmpty();
    }
    assertThat(node.authenticate.verifyAnew(revoked, HERE)).isEmpty();
    node.execute("update identity.tenant set suspended_at = now()");
    assertThat(node.authenticate.verifyAnew(admin, HERE)).isEmpty();
  }

  @Test
  void revocationOnAnotherNodeHoldsAtTheNextTransaction() {
    var robot = issue(admin, request("robot").build());
    var here = node.authenticate.verify(robot, HERE).orElseThrow();
    assertThat(node.authenticate.recall(robot, HERE)).isPresent();

    // Another node, with a memory of its own, revokes it.
    var there = node.anotherAuthenticate();
    var adminThere = there.verify(admin, HERE).orElseThrow().principal();
    node.revoke.in(new Call(adminThere, "0".repeat(32), "local", Optional.empty()), robot.keyId());

    assertThat(node.authenticate.verify(robot, HERE)).as("still remembered here").isPresent();
    assertThatThrownBy(() -> node.transactions.run(here.principal(), Rules.READ, _ -> true))
        .isInstanceOf(StaleCredential.class);
    assertThat(node.authenticate.verifyAnew(robot, HERE)).isEmpty();
    assertThat(node.authenticate.verify(robot, HERE)).isEmpty();
    // Whose credentials were merely read before the change is checked again and goes on.
    var again = node.authenticate.verifyAnew(admin, HERE).orElseThrow();
    boolean done = node.transactions.run(again.principal(), Rules.READ, _ -> true);
    assertThat(done).isTrue();
  }

  @Test
  void keyIsRevokedOnce() {
    var robot = issue(admin, request("robot").build());
    var answer = node.revoke.in(as(admin), robot.keyId()).answer();
    assertThat(answer.text("state")).contains("revoked");
    assertThatThrownBy(() -> node.revoke.in(as(admin), robot.keyId()))
        .isInstanceOf(Refusal.Conflict.class);
    assertThatThrownBy(() -> node.revoke.in(as(admin), "ck_0000000000000000"))
        .isInstanceOf(Refusal.NotFound.class);
    assertThat(node.actions(acme.id())).containsOnlyOnce("key.revoked", "key.refused");
  }

  @Test
  void otherTenantsKeysAreOutOfReach() throws SQLException {
    var umbrella = node.tenant("umbrella");
    var other = node.create(umbrella);
    assertThatThrownBy(() -> node.revoke.in(as(other), admin.keyId()))
        .isInstanceOf(Refusal.NotFound.class);
    assertThat(node.list.in(as(other).principal(), Optional.empty(), 100).items("keys")).hasSize(1);
    assertThat(node.authenticate.verifyAnew(admin, HERE)).isPresent();
    try (var connection = node.as(DatabaseRole.APP).getConnection();
        var statement = connection.createStatement()) {
      for (var table : List.of("identity.api_key", "identity.tenant", "kernel.generation")) {
        try (var row = statement.executeQuery("select count(*) from " + table)) {
          row.next();
          assertThat(row.getLong(1)).as(table).isZero();
        }
      }
      try (var row =
          statement.executeQuery(
              "select count(*) from identity.find_key('" + admin.keyId() + "')")) {
        row.next();
        assertThat(row.getLong(1)).isEqualTo(1);
      }
      try (var row = statement.executeQuery("select count(*) from identity.find_key('%')")) {
        row.next();
        assertThat(row.getLong(1)).isZero();
      }
    }
  }

  @Test
  void onlyTheApplicationLooksKeysUp() {
    for (var role :
        List.of(
            DatabaseRole.BATCH, DatabaseRole.SEQUENCER, DatabaseRole.TIMER, DatabaseRole.FSCK)) {
      assertThatThrownBy(
              () -> {
                try (var connection = node.as(role).getConnection();
                    var statement = connection.createStatement()) {
                  statement.execute("select * from identity.find_key('ck_0')");
                }
              })
          .hasFieldOrPropertyWithValue("SQLState", "42501");
    }
  }

  @Test
  void applicationDoesNotChangeOrRemoveKeys() {
    for (var sql :
        List.of(
            "update identity.api_key set roles = '{tenant_admin}'",
            "update identity.api_key set scopes = null",
            "update identity.api_key set networks = '{}'",
            "update identity.api_key set expires_at = null",
            "insert into identity.key_usage select tenant_id, key_id, 1, now() from identity.api_key",
            "delete from identity.api_key",
            "delete from identity.tenant")) {
      assertThatThrownBy(() ->
              node.transactions.run(
                  acme.id(), Rules.READ, transaction -> transaction.handle().execute(sql)))
          .as(sql)
          .rootCause()
          .hasFieldOrPropertyWithValue("SQLState", "42501");
    }
  }

  @Test
  void listShowsKeysNewestFirstWithoutSecrets() {
    node.clock.advance(Duration.ofSeconds(1));
    var robot = issue(admin, request("robot").put("site", "north").build());
    node.revoke.in(as(admin), robot.keyId());
    var keys = node.list.in(as(admin).principal(), Optional.empty(), 100);
    var shown = keys.items("keys").stream().map(key -> ((JsonObject) key)).toList();
    assertThat(shown)
        .extracting(key -> key.text("name").orElseThrow() + " " + key.text("state").orElseThrow())
        .containsExactly("robot revoked", "administrator active");
    assertThat(shown.getFirst().text("site")).contains("north");
    assertThat(keys.toString()).doesNotContain("hash").doesNotContain(robot.secret());
    assertThat(node.list.in(as(admin).principal(), Optional.empty(), 1).items("keys")).hasSize(1);
  }

  @Test
  void everyProblemOfARequestIsNamed() {
    var body =
        Json.object()
            .put("roles", Json.strings(List.of("platform_admin", "boss")))
            .put("limit", 0)
            .put("owner", "me")
            .build();
    var refused = catchThrowableOfType(Refusal.Invalid.class, () -> IssueKey.Request.parse(body));
    assertThat(refused.violations())
        .extracting(Violation::code)
        .containsExactlyInAnyOrder(
            "missing", "unknown_role", "unknown_role", "out_of_range", "unknown_field");
  }

  @Test
  void expiryMustLieInTheFuture() {
    var request =
        IssueKey.Request.parse(
            request("late").put("expires_at", node.clock.instant().toString()).build());
    assertThatThrownBy(() -> node.issue.in(as(admin), request)).isInstanceOf(Refusal.Invalid.class);
  }

  /// A secret is shown once, so a repetition cannot be answered from storage.
  @Test
  void repeatedIssueMakesAnotherKey() {
    var call = as(admin);
    var body = dev.countersign.kernel.Digest.ZERO;
    var request = IssueKey.Request.parse(request("robot").build());
    var keyed =
        new Call(
            call.principal(),
            call.traceId(),
            call.source(),
            Optional.of(new Call.Idempotency("k", "POST /api/admin/keys", body)));
    var first = node.issue.in(keyed, request).answer();
    var again = new Call(as(admin).principal(), call.traceId(), call.source(), keyed.idempotency());
    assertThat(node.issue.in(again, request).answer().text("id")).isNotEqualTo(first.text("id"));
    assertThat(node.number("select count(*) from kernel.idempotency")).isZero();
  }

  @Test
  void systemMayCreateATenantBeforeAnyKeyExists() {
    var fresh = node.tenant("fresh");
    assertThat(node.create(fresh).keyId()).startsWith("ck_");
    assertThat(Principal.system(fresh.id(), "start").roles()).isEmpty();
  }
}
