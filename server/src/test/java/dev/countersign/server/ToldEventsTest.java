package dev.countersign.server;

import static dev.countersign.server.GovernedTenants.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.identity.Roles;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import dev.countersign.server.Http.Answer;
import dev.countersign.server.database.Databases;
import dev.countersign.testkit.Await;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the log says arrives at receivers and at those who listen, through the whole server.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class ToldEventsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String WEBHOOKS = "/v1/webhooks";

  @Inject GovernedTenants tenants;
  @Inject Databases databases;

  private final HttpClient client = HttpClient.newHttpClient();
  private Http http;
  private GovernedTenant tenant;
  private HttpServer receiver;
  private final List<Received> received = new CopyOnWriteArrayList<>();

  /// The type of the events that are not taken.
  private final AtomicReference<String> refused = new AtomicReference<>("");

  /// What somebody else's server was sent.
  private record Received(Map<String, List<String>> fields, String body) {
    String field(String name) {
      return fields.getOrDefault(name, List.of("")).getFirst();
    }

    JsonObject event() {
      return JsonReader.readObject(body);
    }
  }

  @BeforeEach
  void open() throws IOException {
    http = new Http();
    tenant = tenants.create();
    receiver = receiver("127.0.0.1");
  }

  @AfterEach
  void close() {
    receiver.stop(0);
    for (var webhook : http.get(as(Roles.AUDITOR), WEBHOOKS).json().items("webhooks")) {
      var id = ((JsonObject) webhook).text("webhook_id").orElseThrow();
      expect(200, http.delete(as(Roles.TENANT_ADMIN), WEBHOOKS + "/" + id));
    }
  }

  private HttpServer receiver(String address) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::take);
    server.start();
    return server;
  }

  private void take(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var request = new Received(Map.copyOf(exchange.getRequestHeaders()), body);
    boolean taken = !request.event().text("type").orElseThrow().equals(refused.get());
    if (taken) {
      received.add(request);
    }
    exchange.sendResponseHeaders(taken ? 204 : 503, -1);
    exchange.close();
  }

  private String url() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
  }

  private String as(String role) {
    return tenant.as(role);
  }

  private Answer webhook(String url) {
    return http.post(
        as(Roles.TENANT_ADMIN),
        WEBHOOKS,
        "{\"url\":\"%s\",\"actions\":[\"workflow.*\",\"case.*\"]}".formatted(url));
  }

  private void something() {
    GovernedTenants.workflow(http, tenant);
  }

  private String opened() {
    var opened = http.post(as(Roles.AGENT), "/v1/cases", "{\"workflow\":\"claim\"}");
    return expect(201, opened).text("case_id");
  }

  private static void await(String what, BooleanSupplier condition) {
    Await.until(what, PATIENCE, condition);
  }

  @Test
  void whatIsDoneArrivesSignedByThePublishedKey() throws GeneralSecurityException {
    var made = expect(201, webhook(url()));
    something();
    await("an event", () -> !received.isEmpty());
    var request = received.getFirst();
    assertThat(request.event().text("type")).contains("dev.countersign.workflow.defined");
    assertThat(request.event().text("tenant")).contains(tenant.id().toString());
    var index = Long.parseLong(request.event().text("logindex").orElseThrow());
    var entry = http.get(as(Roles.AUDITOR), "/v1/ledger/entries/" + index).json();
    assertThat(request.event().object("data")).isEqualTo(entry.object("entry"));
    assertThat(verified(request)).isTrue();

    var log = WEBHOOKS + "/" + made.text("webhook_id") + "/deliveries?limit=100";
    await(
        "its note",
        () ->
            http.get(as(Roles.AUDITOR), log).json().items("deliveries").stream()
                .map(JsonObject.class::cast)
                .anyMatch(delivery ->
                    delivery.number("log_index").orElseThrow() == index
                        && delivery.text("state").orElseThrow().equals("delivered")));
  }

  /// Of a whole case: what began it is refused, and nothing that followed comes before it.
  @Test
  void whatIsDoneToACaseArrivesInItsOrder() {
    something();
    expect(201, http.post(as(Roles.TENANT_ADMIN), WEBHOOKS, "{\"url\":\"" + url() + "\"}"));
    refused.set("dev.countersign.case.opened");
    var caseId = opened();
    execute(caseId);
    var check = "{\"model\":\"m\",\"operation\":\"classify\",\"metadata\":{}}";
    expect(200, http.post(as(Roles.AGENT), "/v1/check", check));
    var other = "dev.countersign.decision.made";
    await("an event of no case", () -> types(Optional.empty()).contains(other));
    assertThat(types(Optional.of(caseId))).isEmpty();
    refused.set("");
    await(
        "the outcome",
        () -> types(Optional.of(caseId)).contains("dev.countersign.outcome.observed"));
    assertThat(types(Optional.of(caseId)))
        .containsExactly(
            "dev.countersign.case.opened",
            "dev.countersign.proposal.created",
            "dev.countersign.approval.granted",
            "dev.countersign.execution.completed",
            "dev.countersign.outcome.observed");
  }

  private List<String> types(Optional<String> caseId) {
    return received.stream()
        .map(Received::event)
        .filter(event -> event.text("caseid").equals(caseId))
        .map(event -> event.text("type").orElseThrow())
        .toList();
  }

  private void execute(String caseId) {
    var proposed =
        expect(
            201,
            http.post(
                as(Roles.AGENT),
                "/v1/proposals",
                "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"pay\"}}"
                    .formatted(caseId)));
    var approval = proposed.json().object("approval").orElseThrow().text("id").orElseThrow();
    var approved =
        expect(
            200,
            http.post(
                as(Roles.REVIEWER),
                "/v1/approvals/" + approval + "/decisions",
                "{\"decision\":\"approve\",\"action_digest\":\"%s\"}"
                    .formatted(proposed.text("action_digest"))));
    var execution = approved.json().object("execution").orElseThrow().text("id").orElseThrow();
    expect(
        201,
        http.post(
            as(Roles.OBSERVER), "/v1/executions/" + execution + "/outcome", "{\"success\":true}"));
  }

  /// As docs/webhooks.md tells receivers to.
  private boolean verified(Received request) throws GeneralSecurityException {
    var directory = http.get("", "/.well-known/http-message-signatures-directory");
    var keys = JsonReader.readObject(directory.body()).items("keys");
    var key = (JsonObject) keys.getFirst();
    var input = request.field("Signature-input").substring("sig1=".length());
    assertThat(input).contains("keyid=\"" + key.text("kid").orElseThrow() + "\"");
    var digest =
        MessageDigest.getInstance("SHA-256")
            .digest(request.body().getBytes(StandardCharsets.UTF_8));
    assertThat(request.field("Content-digest"))
        .isEqualTo("sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":");
    var base =
        """
        "@method": POST
        "@target-uri": %s
        "content-digest": %s
        "content-type": %s
        "@signature-params": %s\
        """
            .formatted(
                url(), request.field("Content-digest"), request.field("Content-type"), input);
    var x509 =
        Base64.getDecoder()
            .decode(
                "MCowBQYDK2VwAyEA"
                    + Base64.getEncoder()
                        .encodeToString(
                            Base64.getUrlDecoder().decode(key.text("x").orElseThrow())));
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
    verifier.update(base.getBytes(StandardCharsets.US_ASCII));
    var value = request.field("Signature");
    return verifier.verify(Base64.getDecoder().decode(value.substring(6, value.length() - 1)));
  }

  /// Nothing inside is reached, neither when an address is given nor when it is used.
  @Test
  void noAddressInsideIsConnectedTo() throws IOException, SQLException {
    var inside = receiver("127.0.0.2");
    var address = "http://127.0.0.2:" + inside.getAddress().getPort() + "/";
    try {
      for (var url :
          List.of(
              address,
              "http://2130706434:" + inside.getAddress().getPort() + "/",
              "http://169.254.169.254/latest/meta-data",
              "http://10.0.0.1/",
              "http://[::1]/",
              "http://[::ffff:127.0.0.2]/")) {
        var refused = webhook(url);
        assertThat(refused.status()).as(url).isEqualTo(400);
        assertThat(refused.body()).as(url).contains("address_not_allowed");
      }
      var made = expect(201, webhook(url()));
      var path = WEBHOOKS + "/" + made.text("webhook_id");
      try (var superuser = Superuser.connect(databases)) {
        Superuser.execute(
            superuser,
            "update events.webhook set url = '%s' where webhook_id = '%s'"
                .formatted(address, made.text("webhook_id")));
      }
      something();
      await(
          "an attempt",
          () ->
              http.get(as(Roles.AUDITOR), path + "/deliveries")
                  .body()
                  .contains("\"last_error\":\"address_not_allowed\""));
      var tested = expect(200, http.post(as(Roles.TENANT_ADMIN), path + "/test", ""));
      assertThat(tested.text("error")).isEqualTo("address_not_allowed");
      assertThat(received).isEmpty();
    } finally {
      inside.stop(0);
    }
  }

  @Test
  void anotherTenantsWebhookIsNotThere() {
    var made = expect(201, webhook(url()));
    var path = WEBHOOKS + "/" + made.text("webhook_id");
    var stranger = tenants.create().as(Roles.TENANT_ADMIN);
    assertThat(http.get(stranger, path).status()).isEqualTo(404);
    assertThat(http.get(stranger, path + "/deliveries").status()).isEqualTo(404);
    assertThat(http.patch(stranger, path, "{\"state\":\"paused\"}").status()).isEqualTo(404);
    assertThat(http.delete(stranger, path).status()).isEqualTo(404);
    assertThat(http.post(stranger, path + "/test", "").status()).isEqualTo(404);
    assertThat(http.get(stranger, WEBHOOKS).json().items("webhooks")).isEmpty();
  }

  /// One who listens, as a browser would.
  private final class Listener implements AutoCloseable {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final CompletableFuture<Void> end;
    private final HttpResponse<Stream<String>> response;

    Listener(String key, String query, Optional<Long> last) {
      var request =
          HttpRequest.newBuilder(URI.create(Http.url() + "/v1/events" + query))
              .header("Authorization", "Bearer " + key)
              .header("Accept", "text/event-stream");
      last.ifPresent(id -> request.header("Last-Event-ID", id.toString()));
      try {
        response = client.send(request.build(), BodyHandlers.ofLines());
      } catch (IOException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/event-stream");
      end = CompletableFuture.runAsync(() -> response.body().forEach(lines::add));
    }

    private List<String> values(String field) {
      return lines.stream()
          .filter(line -> line.startsWith(field + ":"))
          .map(line -> line.substring(field.length() + 1).strip())
          .toList();
    }

    List<Long> ids() {
      return values("id").stream().map(Long::valueOf).toList();
    }

    List<String> types() {
      return values("event");
    }

    JsonObject event(int number) {
      return JsonReader.readObject(values("data").get(number));
    }

    @Override
    public void close() {
      response.body().close();
    }
  }

  @Test
  void whoListensHearsWhatIsRecordedAndComesBackWhereHeLeft() {
    something();
    long last;
    try (var listener = new Listener(as(Roles.VIEWER), "?action=case.*", Optional.empty())) {
      var first = opened();
      opened();
      await("both", () -> listener.ids().size() == 2);
      assertThat(listener.types())
          .containsExactly("dev.countersign.case.opened", "dev.countersign.case.opened");
      assertThat(listener.event(0).text("subject")).contains("case/" + first);
      assertThat(listener.event(0).text("logindex"))
          .contains(Long.toString(listener.ids().getFirst()));
      last = listener.ids().getFirst();
    }
    var missed = new ArrayList<String>();
    missed.add(opened());
    var query = "?action=case.*&limit=3";
    try (var again = new Listener(as(Roles.VIEWER), query, Optional.of(last))) {
      missed.add(opened());
      await("the end", again.end::isDone);
      assertThat(again.ids()).hasSize(3).isSorted().doesNotContain(last);
      assertThat(again.event(1).text("subject")).contains("case/" + missed.getFirst());
      assertThat(again.event(2).text("subject")).contains("case/" + missed.getLast());
    }
  }

  @Test
  void aRevokedKeyHearsNothingMore() throws Exception {
    something();
    var body = "{\"name\":\"dashboard\",\"roles\":[\"viewer\"]}";
    var made = expect(201, http.post(as(Roles.TENANT_ADMIN), "/api/admin/keys", body));
    try (var listener = new Listener(made.text("key"), "", Optional.empty())) {
      opened();
      await("the first", () -> listener.ids().size() == 1);
      var key = "/api/admin/keys/" + made.text("id");
      expect(200, http.delete(as(Roles.TENANT_ADMIN), key));
      listener.end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(listener.ids()).as("not even its own end").hasSize(1);
    }
  }

  /// Nobody would notice that a mistyped filter waits for something that never happens.
  @Test
  void aStreamOfWhatIsNeverRecordedIsRefused() {
    var refused = http.get(as(Roles.VIEWER), "/v1/events?action=gate.revokd&action=gate.*");
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body())
        .contains("no entry has the action `gate.revokd`", "`gate.authorized`, `gate.refused`");
    var mistyped = http.get(as(Roles.VIEWER), "/v1/events?actions=gate.*");
    assertThat(mistyped.status()).as(mistyped.body()).isEqualTo(400);
    assertThat(mistyped.body()).contains("unknown_parameter", "`action`, `limit`");
  }

  @Test
  void moreConnectionsThanATenantMayHaveAreRefused() {
    var listeners = new ArrayList<Listener>();
    try {
      for (int i = 0; i < 20; i++) {
        listeners.add(new Listener(as(Roles.VIEWER), "", Optional.empty()));
      }
      var refused = http.get(as(Roles.VIEWER), "/v1/events");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.code()).isEqualTo("too_many_streams");
      assertThat(refused.raw().headers().firstValue("Retry-After")).isPresent();
    } finally {
      listeners.forEach(Listener::close);
    }
  }
}
