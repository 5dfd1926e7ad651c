package dev.countersign.server;

import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.SigningKeyFile;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.testkit.TestRedis;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One server for all end-to-end tests: the real one, with its own embedded PostgreSQL and the demo
/// tenant, in a fresh data directory under the build's folder.
public final class TestServer implements QuarkusTestResourceLifecycleManager {
  /// Those of JVMs that run side by side are apart.
  private static final Path FOLDER =
      Path.of("target", "test-server-" + Integer.getInteger("test.jvm", 1)).toAbsolutePath();

  static final Path DATA = FOLDER.resolve("data");

  private static final KeyPlace WATCHED = KeyPlace.named("watched-key");

  /// Of a second one: what a witness has seen of a log stays.
  private static final KeyPlace OF_THE_STORY = KeyPlace.named("story-key");

  /// The setting that tells a test the number of the Redis' process.
  static final String REDIS = "test.redis.pid";

  private @Nullable TestRedis redis;

  @Override
  public Map<String, String> start() {
    if (Files.exists(DATA.resolve("postgres"))) {
      EmbeddedPostgres.remove(DATA.resolve("postgres"));
    }
    delete();
    redis = TestRedis.start();
    var settings = new HashMap<String, String>();
    settings.put("countersign.data-dir", DATA.toString());
    settings.put("countersign.demo", "true");
    settings.put("countersign.packs", Path.of("..", "packs").toAbsolutePath().toString());
    settings.put("quarkus.log.console.level", "WARN");
    // All tests fail from one address; those about failures come through a proxy from others.
    settings.put("countersign.limits.failures", "6000");
    settings.put("countersign.limits.failure-burst", "400");
    settings.put("countersign.proxy.trusted", "127.0.0.0/8,::1");
    settings.put("countersign.limits.redis.url", redis.url());
    // A machine that is busy for a moment must not fail a test about something else.
    settings.put("countersign.limits.when-unavailable", "local");
    // It watches two logs of the tests.
    settings.put(
        "countersign.witness.logs.tests.keys",
        fresh(WATCHED, "watched.test/log").verifier().toString());
    settings.put(
        "countersign.witness.logs.story.keys",
        fresh(OF_THE_STORY, "story.test/log").verifier().toString());
    // Receivers of tests are on this address; every other one of this machine is refused.
    settings.put("countersign.webhooks.allowed-networks", "127.0.0.1");
    settings.put("countersign.webhooks.allow-http", "true");
    settings.put(REDIS, Long.toString(redis.pid()));
    return settings;
  }

  /// In a file: the resource and the tests live in different class loaders.
  private static SigningKey fresh(KeyPlace place, String origin) {
    try {
      Files.deleteIfExists(place.path());
      Files.createDirectories(place.path().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var key = SigningKey.generate(origin, SignatureType.ED25519, new SecureRandom());
    place.file().create(key);
    return key;
  }

  /// The key of the log that the server watches.
  static SigningKey watchedKey() {
    return WATCHED.file().load();
  }

  /// The key of another one.
  static SigningKey storyKey() {
    return OF_THE_STORY.file().load();
  }

  private record KeyPlace(Path path) {
    static KeyPlace named(String file) {
      return new KeyPlace(FOLDER.resolve(file));
    }

    SigningKeyFile file() {
      return new SigningKeyFile(path);
    }
  }

  /// The data stays for who wants to look; the next run removes it.
  @Override
  public void stop() {
    if (redis != null) {
      redis.close();
    }
  }

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
