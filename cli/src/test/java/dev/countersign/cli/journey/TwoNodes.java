package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.WholeLog;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import dev.countersign.testkit.TestRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/// Two whole servers on one PostgreSQL and one Redis, the second set up by what docs/operations.md
/// says about a second node.
final class TwoNodes implements AutoCloseable {
  private static final String DATABASE = "two_nodes";

  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final TestRedis redis;
  private final List<Node> nodes = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// One of the servers.
  record Node(Path data, String url, Process process) {}

  /// An answer.
  record Answer(int status, String body) {
    JsonObject json() {
      return JsonReader.readObject(body);
    }

    String text(String name) {
      return json().text(name).orElseThrow(() -> new AssertionError(name + " in " + body));
    }

    long number(String name) {
      return json().number(name).orElseThrow().longValue();
    }
  }

  /// One entry of the log, in its order.
  record Logged(long index, String action, String actor, JsonObject details) {}

  private TwoNodes(Path folder, EmbeddedPostgres postgres, TestRedis redis) {
    this.folder = folder;
    this.postgres = postgres;
    this.redis = redis;
  }

  static TwoNodes start(Path folder) throws IOException, SQLException {
    // Durable, unlike that of other tests: the server refuses a database that may lose commits.
    var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")));
    var both = new TwoNodes(folder, postgres, TestRedis.start());
    try {
      both.execute("postgres", "create database " + DATABASE);
      var first = both.add("first");
      both.share(first, "second", "key-pepper", "ledger/signing-key", "webhooks/signing-key");
      var _ = both.add("second");
      return both;
    } catch (IOException | SQLException | RuntimeException | Error e) {
      both.close();
      throw e;
    }
  }

  private Node add(String name) throws IOException {
    int port = PackagedServer.freePort();
    var data = folder.resolve(name);
    var process =
        PackagedServer.launch(
            data,
            port,
            List.of(
                "-Dcountersign.database.url=" + url(),
                "-Dcountersign.database.admin-username=" + postgres.superuser(),
                "-Dcountersign.database.admin-password=" + postgres.superuserPassword(),
                "-Dcountersign.database.role-secret=" + "the same on both nodes".repeat(2),
                "-Dcountersign.limits.redis.url=" + redis.url(),
                "-Dcountersign.ledger.content-keys=" + contentKeys(),
                // A machine that is busy for a moment must not fail a test about something else.
                "-Dcountersign.limits.when-unavailable=local",
                // All that fails here fails from one address.
                "-Dcountersign.limits.failures=1000000",
                "-Dcountersign.limits.failure-burst=1000000"),
            List.of("serve"));
    var node = new Node(data, "http://localhost:" + port, process);
    nodes.add(node);
    return node;
  }

  /// The folder that both nodes share.
  Path contentKeys() {
    return folder.resolve("content-keys");
  }

  /// Tries to start another node that has all of the others' secrets but the pepper.
  void addStranger() throws IOException {
    share(first(), "stranger", "ledger/signing-key", "webhooks/signing-key");
    var _ = add("stranger");
  }

  private void share(Node from, String name, String... files) throws IOException {
    var to = folder.resolve(name);
    for (var file : files) {
      Files.createDirectories(
          to.resolve(file).getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.copy(from.data().resolve(file), to.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  Node first() {
    return nodes.getFirst();
  }

  List<Node> all() {
    return nodes;
  }

  String url() {
    return postgres.jdbcUrl(DATABASE);
  }

  String superuser() {
    return postgres.superuser();
  }

  String superuserPassword() {
    return postgres.superuserPassword();
  }

  /// The key of the platform's administrator, who makes tenants.
  String platform() throws IOException {
    return platform(first(), "key");
  }

  /// What a node knows of the platform's tenant: its `tenant_id`, and a `key` of its own.
  static String platform(Node node, String member) throws IOException {
    var file = node.data().resolve("platform-admin.json");
    return JsonReader.readObject(Files.readString(file)).text(member).orElseThrow();
  }

  Answer post(Node node, String key, String path, String body) {
    return send(node, key, "POST", path, body);
  }

  Answer get(Node node, String key, String path) {
    return send(node, key, "GET", path, "");
  }

  Answer put(Node node, String key, String path, String body) {
    return send(node, key, "PUT", path, body);
  }

  Answer delete(Node node, String key, String path) {
    return send(node, key, "DELETE", path, "");
  }

  private Answer send(Node node, String key, String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(node.url() + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    try {
      var answer = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// A tenant's whole log, as the database has it.
  List<Logged> log(String tenant) throws SQLException {
    var log = new ArrayList<Logged>();
    var database = new PGSimpleDataSource();
    database.setUrl(url());
    database.setUser(postgres.superuser());
    database.setPassword(postgres.superuserPassword());
    var keys = ContentKeyStore.reading(contentKeys(), database, new SecureRandom());
    try (var connection = database.getConnection()) {
      for (var row : new WholeLog(connection, Optional.of(keys)).entries(0, Long.MAX_VALUE)) {
        if (row.tenant().toString().equals(tenant)
            && row.content() instanceof WholeLog.Content.Clear(var _, var canonical)) {
          var entry = Entry.parse(canonical);
          log.add(new Logged(row.index(), entry.action(), entry.actor(), entry.details()));
        }
      }
    }
    return log;
  }

  private void execute(String database, String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(
                postgres.jdbcUrl(database), postgres.superuser(), postgres.superuserPassword());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.process().destroy());
    try {
      for (var node : nodes) {
        boolean ended = node.process().waitFor(60, TimeUnit.SECONDS);
        node.process().destroyForcibly();
        assertThat(ended).as("the server of %s ended", node.data()).isTrue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      client.close();
      redis.close();
      postgres.close();
      EmbeddedPostgres.remove(folder.resolve("postgres"));
    }
  }
}
