package dev.countersign.server;

import dev.countersign.postgres.EmbeddedPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/// One server for all end-to-end tests: the real one, with its own embedded PostgreSQL and the demo
/// tenant, in a fresh data directory under the build's folder.
public final class TestServer implements QuarkusTestResourceLifecycleManager {
  static final Path DATA = Path.of("target", "server-test-data").toAbsolutePath();

  @Override
  public Map<String, String> start() {
    if (Files.exists(DATA.resolve("postgres"))) {
      EmbeddedPostgres.remove(DATA.resolve("postgres"));
    }
    delete();
    return Map.of(
        // All tests fail from one address; those about failures come through a proxy from others.
        "countersign.limits.failures",
        "6000",
        "countersign.limits.failure-burst",
        "400",
        "countersign.proxy.trusted",
        "127.0.0.0/8,::1",
        "countersign.data-dir",
        DATA.toString(),
        "countersign.demo",
        "true",
        "countersign.packs",
        Path.of("..", "packs").toAbsolutePath().toString(),
        "quarkus.log.console.level",
        "WARN");
  }

  /// The data stays for who wants to look; the next run removes it.
  @Override
  public void stop() {}

  private static void delete() {
    if (!Files.exists(DATA)) {
      return;
    }
    try (var files = Files.walk(DATA)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
