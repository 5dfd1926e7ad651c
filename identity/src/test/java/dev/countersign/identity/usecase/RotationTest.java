package dev.countersign.identity.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Authenticated;
import dev.countersign.identity.KeyUsage;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.WhenUnavailable;
import dev.countersign.identity.store.KeyUsageStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.StaleCredential;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The life of a key after it was made: rotation, narrowing, networks, limits, use.
class RotationTest {
  private static final String HERE = KeysTest.HERE;

  private final IdentityNode node = new IdentityNode();
  private final Tenant acme = node.tenant("acme");
  private final ApiKey admin = node.create(acme);

  @AfterEach
  void close() {
    node.close();
  }

  private Optional<Authenticated> proved(ApiKey key) {
    return node.authenticate.verifyAnew(key, HERE);
  }

  private Call as(ApiKey key) {
    var principal = proved(key).map(Authenticated::principal).orElseThrow();
    return new Call(principal, "0".repeat(32), "local", Optional.empty());
  }

  private ApiKey issue(ApiKey by, JsonObject request) {
    return shown(node.issue.in(as(by), IssueKey.Request.parse(request)).answer());
  }

  private ApiKey issue(String name) {
    return issue(admin, Json.object().put("name", name).build());
  }

  private ApiKey rotate(ApiKey by, ApiKey key, long overlap) {
    var body = Json.object().put("overlap_seconds", overlap).build();
    return shown(node.rotate.in(as(by), key.keyId(), RotateKey.Request.parse(body)).answer());
  }

  private static ApiKey shown(JsonObject answer) {
    return ApiKey.parse(answer.text("key").orElseThrow()).orElseThrow();
  }

  private static String code(Refusal refused) {
    return refused.code();
  }

  @Test
  void bothSecretsAreGoodUntilTheOverlapEnds() {
    var old = issue("robot");
    var fresh = rotate(admin, old, 60);
    assertThat(fresh.keyId()).isEqualTo(old.keyId());
    assertThat(fresh.secret()).isNotEqualTo(old.secret());
    assertThat(state(old)).isEqualTo("rotating");
    node.clock.advance(Duration.ofSeconds(59));
    assertThat(proved(old)).isPresent();
    assertThat(proved(fresh)).isPresent();
    node.clock.advance(Duration.ofSeconds(1));
    assertThat(node.authenticate.recall(old, HERE)).isEmpty();
    assertThat(proved(old)).isEmpty();
    assertThat(proved(fresh)).isPresent();
    assertThat(state(old)).isEqualTo("active");
    assertThat(node.actions(acme.id())).containsOnlyOnce("key.rotated");
  }

  @Test
  void rotationWithoutOverlapEndsTheOldSecretAtOnceOnEveryNode() {
    var old = issue("robot");
    var here = node.authenticate.verify(old, HERE).orElseThrow().principal();
    var fresh = rotate(admin, old, 0);
    assertThatThrownBy(() -> node.transactions.run(here, Rules.APPLY, _ -> true))
        .isInstanceOf(StaleCredential.class);
    assertThat(proved(old)).isEmpty();
    assertThat(proved(fresh)).isPresent();
  }

  /// What this node remembers is the old secret, and it must not refuse the new one for that.
  @Test
  void newSecretIsGoodOnANodeThatRemembersTheOldOne() {
    var old = issue("robot");
    var elsewhere = node.anotherAuthenticate();
    assertThat(elsewhere.verify(old, HERE)).isPresent();
    var fresh = rotate(admin, old, 0);
    assertThat(elsewhere.recall(fresh, HERE)).isEmpty();
    assertThat(elsewhere.verify(fresh, HERE)).isPresent();
    assertThat(elsewhere.verify(old, HERE)).isEmpty();
  }

  @Test
  void secondRotationWithinTheOverlapIsRefusedUnlessItEndsBoth() {
    var old = issue("robot");
    var second = rotate(admin, old, 60);
    assertThatThrownBy(() -> rotate(admin, old, 60))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refused -> assertThat(code(refused)).isEqualTo("already_rotating"));
    assertThat(proved(old)).isPresent();
    var third = rotate(admin, old, 0);
    assertThat(proved(old)).isEmpty();
    assertThat(proved(second)).isEmpty();
    assertThat(proved(third)).isPresent();
    node.clock.advance(Duration.ofSeconds(1));
    rotate(admin, third, 60);
    node.clock.advance(Duration.ofSeconds(60));
    rotate(admin, third, 60);
  }

  @Test
  void revokedExpiredAndUnknownKeysAreNotRotated() {
    var revoked = issue("revoked");
    node.revoke.in(as(admin), revoked.keyId());
    var until = node.clock.instant().plusSeconds(60);
    var expired =
        issue(
            admin, Json.object().put("name", "short").put("expires_at", until.toString()).build());
    rotate(admin, expired, 3600);
    node.clock.advance(Duration.ofSeconds(60));
    assertThatThrownBy(() -> rotate(admin, revoked, 0))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refused -> assertThat(code(refused)).isEqualTo("already_revoked"));
    assertThatThrownBy(() -> rotate(admin, expired, 0))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class, refused -> assertThat(code(refused)).isEqualTo("key_expired"));
    assertThat(proved(expired)).isEmpty();
    assertThatThrownBy(() -> rotate(admin, new ApiKey("ck_0000000000000000", "x"), 0))
        .isInstanceOf(Refusal.NotFound.class);
    var stranger = node.create(node.tenant("umbrella"));
    assertThatThrownBy(() -> rotate(stranger, admin, 0)).isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void revocationDuringTheOverlapEndsBothSecrets() {
    var old = issue("robot");
    var fresh = rotate(admin, old, 60);
    node.revoke.in(as(admin), old.keyId());
    assertThat(proved(old)).isEmpty();
    assertThat(proved(fresh)).isEmpty();
  }

  @Test
  void ofManyThatRotateAtOnceOneSucceeds() {
    var old = issue("robot");
    var done =
        IntStream.range(0, 6)
            .mapToObj(_ -> CompletableFuture.supplyAsync(() -> rotatedAtLast(old)))
            .toList();
    var secrets = done.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
    assertThat(secrets).hasSize(1);
    assertThat(proved(secrets.getFirst())).isPresent();
    assertThat(proved(old)).isPresent();
  }

  private Optional<ApiKey> rotatedAtLast(ApiKey key) {
    for (int attempt = 0; attempt < 50; attempt++) {
      try {
        return Optional.of(rotate(admin, key, 60));
      } catch (StaleCredential again) {
        // Another one changed credentials between the look and the change; the edge does the same.
        assertThat(again).hasNoCause();
      } catch (Refusal.Conflict refused) {
        assertThat(code(refused)).isEqualTo("already_rotating");
        return Optional.empty();
      }
    }
    throw new AssertionError("it was stale fifty times");
  }

  @Test
  void keyIsGoodFromItsNetworksAlone() {
    var key =
        issue(
            admin,
            Json.object()
                .put("name", "inside")
                .put("networks", Json.strings(List.of("10.0.0.0/8", "2001:db8::/32")))
                .build());
    assertThat(node.authenticate.verify(key, "10.9.9.9")).isPresent();
    assertThat(node.authenticate.verify(key, "2001:db8::1")).isPresent();
    assertThat(node.authenticate.verify(key, HERE)).isEmpty();
    assertThat(node.authenticate.verify(key, "")).isEmpty();
    assertThat(node.authenticate.tenantOf(key.keyId())).contains(acme.id());
  }

  @Test
  void narrowedKeyMayDoNothingElse() {
    var key =
        issue(
            admin,
            Json.object()
                .put("name", "reader")
                .put("roles", Json.strings(List.of("tenant_admin")))
                .put("scopes", Json.strings(List.of("key:read")))
                .build());
    var principal = proved(key).orElseThrow().principal();
    assertThat(Roles.permit(principal, "key:read")).isTrue();
    assertThat(Roles.permit(principal, "key:write")).isFalse();
  }

  @Test
  void narrowedKeyDoesNotGetOutOfItsScopes() {
    var narrow =
        Json.object()
            .put("name", "keys only")
            .put("roles", Json.strings(List.of("tenant_admin")))
            .put("scopes", Json.strings(List.of("key:read", "key:write")))
            .build();
    var key = issue(admin, narrow);
    issue(key, narrow);
    var wide =
        Json.object()
            .put("name", "wide")
            .put("roles", Json.strings(List.of("tenant_admin")))
            .build();
    for (var request : List.of(wide, wide.with("scopes", Json.strings(List.of("gate:change"))))) {
      assertThatThrownBy(() -> issue(key, request))
          .isInstanceOfSatisfying(
              Refusal.Forbidden.class,
              refused -> assertThat(code(refused)).isEqualTo("scope_exceeded"));
    }
    assertThatThrownBy(() -> rotate(key, admin, 0)).isInstanceOf(Refusal.Forbidden.class);
    assertThat(proved(admin)).isPresent();
    rotate(key, key, 0);
  }

  @Test
  void scopesAreAmongThePermissionsOfTheRoles() {
    assertThatThrownBy(() ->
            IssueKey.Request.parse(
                Json.object()
                    .put("name", "x")
                    .put("roles", Json.strings(List.of("viewer")))
                    .put("scopes", Json.strings(List.of("key:write")))
                    .put("networks", Json.strings(List.of("10.0.0.1/8", "nowhere")))
                    .build()))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            refused ->
                assertThat(refused.violations())
                    .extracting(violation -> violation.pointer() + " " + violation.code())
                    .containsExactly(
                        "/scopes unknown_scope",
                        "/networks/0 wrong_value",
                        "/networks/1 wrong_value"));
  }

  @Test
  void tenantSetsTheLimitOfItsKeysAndAKeyItsOwn() {
    var usual = issue("usual");
    var own = issue(admin, Json.object().put("name", "own").put("limit", 7).build());
    node.limits.change(
        as(admin),
        ChangeLimits.parse(
            Json.object()
                .put("limit", 50)
                .put("burst", 5)
                .put("when_unavailable", "local")
                .build()));
    assertThat(proved(usual).orElseThrow().limit()).contains(new RateLimit(50, 5));
    assertThat(proved(own).orElseThrow().limit()).contains(new RateLimit(7, 20));
    assertThat(proved(own).orElseThrow().whenUnavailable()).contains(WhenUnavailable.LOCAL);
    node.limits.change(as(admin), ChangeLimits.parse(JsonObject.EMPTY));
    assertThat(proved(usual).orElseThrow().limit()).contains(RateLimit.DEFAULT);
    assertThat(node.limits.show(as(admin).principal()).text("when_unavailable")).contains("refuse");
  }

  @Test
  void useOfTwoNodesAddsUp() {
    var key = issue("robot");
    var principal = as(key).principal();
    var store = new KeyUsageStore(node.as(DatabaseRole.BATCH));
    var start = node.clock.instant();
    for (int i = 0; i < 2; i++) {
      var usage = new KeyUsage();
      for (int call = 0; call < 3; call++) {
        usage.used(principal, start.plusSeconds(call));
      }
      usage.used(as(admin).principal(), start);
      new RecordKeyUsage(usage, store).flush();
      new RecordKeyUsage(usage, store).flush();
    }
    var listed = listed(key);
    assertThat(listed.number("request_count")).hasValue(6.0);
    assertThat(listed.text("last_used_at")).contains(start.plusSeconds(2).toString());
  }

  @Test
  void useThatCannotBeWrittenIsKept() {
    var usage = new KeyUsage();
    usage.used(as(admin).principal(), node.clock.instant());
    var forbidden = new RecordKeyUsage(usage, new KeyUsageStore(node.as(DatabaseRole.TIMER)));
    assertThatThrownBy(forbidden::flush).isInstanceOf(DatabaseFailure.class);
    new RecordKeyUsage(usage, new KeyUsageStore(node.as(DatabaseRole.BATCH))).flush();
    assertThat(listed(admin).number("request_count")).hasValue(1.0);
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrRepetition() {
    for (int i = 0; i < 7; i++) {
      issue("key " + i);
      if (i % 2 == 0) {
        node.clock.advance(Duration.ofSeconds(1));
      }
    }
    var seen = new ArrayList<String>();
    var cursor = Optional.<String>empty();
    do {
      var page = node.list.in(as(admin).principal(), cursor, 3);
      page.items("keys").forEach(key -> seen.add(((JsonObject) key).text("id").orElseThrow()));
      cursor = page.text("next_cursor");
    } while (cursor.isPresent());
    assertThat(seen).hasSize(8).doesNotHaveDuplicates();
  }

  private String state(ApiKey key) {
    return listed(key).text("state").orElseThrow();
  }

  private JsonObject listed(ApiKey key) {
    return node.list.in(as(admin).principal(), Optional.empty(), 100).items("keys").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.text("id").equals(Optional.of(key.keyId())))
        .findFirst()
        .orElseThrow();
  }
}
