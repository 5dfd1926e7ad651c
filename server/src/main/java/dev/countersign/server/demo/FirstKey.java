package dev.countersign.server.demo;

import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.usecase.Installation;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.OwnerOnlyFile;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/// At the first start: the platform's own tenant and its administrator's key, written once to a
/// file that only its owner may read. There are no default credentials.
@Singleton
public final class FirstKey {
  private static final Logger LOG = Logger.getLogger(FirstKey.class);

  private final Installation installation;
  private final Ids ids;
  private final Path file;

  FirstKey(Installation installation, Ids ids, CountersignConfig config) {
    this.installation = installation;
    this.ids = ids;
    this.file = config.dataDir().resolve("platform-admin.json");
  }

  /// Makes the key unless its file is there. Whoever starts without the file gets a key of his own
  /// in the platform's one tenant: a start that died before it wrote the file lost no more than its
  /// key.
  public void ensure() {
    if (Files.exists(file)) {
      installation.adopt(tenant());
      return;
    }
    var tenant =
        new Tenant(
            new TenantId(ids.next()),
            "platform-" + HexFormat.of().formatHex(ids.randomBytes(4)),
            "Platform",
            Tenant.Profile.STANDARD);
    var request =
        new IssueKey.Request(
            "platform administrator", roles(Roles.PLATFORM_ADMIN), Principal.DEFAULT_SITE, true);
    var issued = installation.platformKey(tenant, request, this::system);
    write(
        Json.object()
            .put("tenant_id", issued.tenant().toString())
            .put("key", issued.key().text("key").orElseThrow())
            .build());
    LOG.infof("the platform administrator's key is in %s", file);
  }

  /// The key, for those who may read the file.
  String key() {
    return read("key");
  }

  /// The platform's own tenant.
  public TenantId tenant() {
    return new TenantId(Ids.parse(read("tenant_id")).orElseThrow());
  }

  private String read(String name) {
    try {
      return JsonReader.readObject(Files.readString(file)).text(name).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(Json json) {
    try {
      OwnerOnlyFile.write(file, json + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Call system(TenantId tenant) {
    return Call.system(tenant, "bootstrap", HexFormat.of().formatHex(ids.randomBytes(16)));
  }

  static SortedSet<String> roles(String... roles) {
    return new TreeSet<>(List.of(roles));
  }
}
