package dev.countersign.identity.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Pepper;
import dev.countersign.identity.Roles;
import dev.countersign.identity.store.InstallationStore;
import dev.countersign.identity.usecase.Installation.PlatformKey;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What all nodes on one database agree on: a pepper, and one tenant of the platform.
class InstallationTest {
  private final IdentityNode node = new IdentityNode();
  private final InstallationStore store = new InstallationStore(node.as(DatabaseRole.APP));
  private final Installation installation = new Installation(store, node.createTenant, node.issue);

  @AfterEach
  void close() {
    node.close();
  }

  private PlatformKey key() {
    return installation.platformKey(
        node.tenant("platform-" + node.ids.next()),
        new IssueKey.Request(
            "platform administrator",
            new TreeSet<>(List.of(Roles.PLATFORM_ADMIN)),
            Principal.DEFAULT_SITE,
            true),
        tenant -> Call.system(tenant, "bootstrap", "0".repeat(32)));
  }

  private void agree() {
    assertThat(Installation.agrees(store, new Pepper(new byte[32]))).isTrue();
  }

  @Test
  void thePepperOfTheFirstStartIsTheOneOfAllThatFollow() {
    var first = new Pepper(node.ids.randomBytes(32));
    assertThat(Installation.agrees(store, first)).isTrue();
    assertThat(Installation.agrees(store, first)).isTrue();
    assertThat(Installation.agrees(store, new Pepper(node.ids.randomBytes(32)))).isFalse();
    assertThat(Installation.agrees(store, first)).isTrue();
  }

  @Test
  void aNodeWithoutTheFirstKeyGetsOneOfItsOwnInTheSameTenant() {
    agree();
    var first = key();
    var second = key();
    assertThat(second.tenant()).isEqualTo(first.tenant());
    assertThat(second.key().text("id")).isNotEqualTo(first.key().text("id"));
    assertThat(node.actions(first.tenant()))
        .containsExactly("tenant.created", "key.created", "key.created");
    assertThat(node.number("select count(*) from identity.tenant")).isOne();
  }

  @Test
  void ofNodesThatStartAtOnceOneMakesTheTenant() throws Exception {
    agree();
    Callable<TenantId> start = () -> key().tenant();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var tenants = new TreeSet<String>();
      for (var each : threads.invokeAll(List.of(start, start, start, start))) {
        tenants.add(each.get().toString());
      }
      assertThat(tenants).hasSize(1);
    }
    assertThat(node.number("select count(*) from identity.tenant")).isOne();
  }

  @Test
  void theTenantOfAnOlderInstallationIsAdopted() {
    agree();
    var old = node.tenant("platform-of-before");
    node.create(old);
    installation.adopt(old.id());
    installation.adopt(node.tenant("another").id());
    assertThat(key().tenant()).isEqualTo(old.id());
  }
}
