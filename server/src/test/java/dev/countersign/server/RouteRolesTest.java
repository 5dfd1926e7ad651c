package dev.countersign.server;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.RateLimit;
import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.server.Http.Answer;
import dev.countersign.server.contract.Route;
import dev.countersign.server.contract.RouteTable;
import dev.countersign.server.contract.RouteTable.Cell;
import dev.countersign.server.database.Databases;
import dev.countersign.server.demo.FirstKey;
import dev.countersign.testkit.Await;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Every route is asked by somebody of every role and by nobody, and the answers are those of the
/// table under version control.
///
/// Whoever may is recognised by what refuses him instead: nothing has the ids that are asked for,
/// and the bodies have a field that no route knows. So those change next to nothing, either.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteRolesTest {
  private static final int AT_ONCE = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");
  private static final Pattern LABEL = Pattern.compile("uri=\"([^\"]*)\"");

  private static final String BODY = "{\"no_field_of_any_route\":true}";

  /// A stream that begins does not end, so its asker is let in and then refused.
  private static final Map<String, String> QUERIES = Map.of("GET /v1/events", "?limit=0");

  /// Fails under an address of its own, not under that of all other tests.
  private static final String[] ELSEWHERE = {"X-Forwarded-For", "198.51.100.203"};

  /// What says that a request found no route, or none that would read it: it may say so before the
  /// gate, and proves nothing about it.
  private static final List<String> BEFORE_THE_GATE =
      List.of("no_such_route", "method_not_allowed", "not_acceptable", "unsupported_media_type");

  @Inject GovernedTenants tenants;
  @Inject IssueKey issue;
  @Inject FirstKey platform;
  @Inject Databases databases;

  private final HttpClient client = HttpClient.newHttpClient();
  private final SortedMap<String, String> keys = new TreeMap<>();
  private final List<Cell> cells = new ArrayList<>();
  private Http http;
  private TenantId tenant;

  /// An answer to one who asked a route.
  private record Asked(Cell cell, Answer answer) {
    String code() {
      return answer.status() < 400 ? "" : answer.code();
    }

    /// What the table would say of it.
    String meaning() {
      if (answer.status() == 401 && code().equals("unauthorized")) {
        return "401";
      }
      if (answer.status() == 403 && code().equals("permission_denied")) {
        return "403";
      }
      boolean letIn =
          answer.status() < 500
              && answer.status() != 401
              && answer.status() != 429
              && (cell.route().open() || !BEFORE_THE_GATE.contains(code()));
      return letIn ? "yes" : answer.status() + " " + code();
    }

    String unlike() {
      return "%s: %s is answered `%s`, the table says `%s`: %s"
          .formatted(
              cell.route().name(), cell.asker(), meaning(), cell.wanted(), answer.body().strip());
    }
  }

  @BeforeAll
  void somebodyOfEachRole() throws IOException {
    http = new Http();
    var governed = tenants.create();
    tenant = governed.id();
    keys.put(RouteTable.NOBODY, "");
    for (var role : Roles.all().keySet()) {
      keys.put(
          role,
          role.equals(Roles.PLATFORM_ADMIN) ? issued(platform.tenant(), role) : governed.as(role));
    }
    keys.put(RouteTable.SOME_APPROVER, issued(tenant, RouteTable.SOME_APPROVER));
    cells.addAll(RouteTable.committed().cells(Route.all()));
  }

  /// One that may be used as often as it takes.
  private String issued(TenantId owner, String role) {
    var request =
        new IssueKey.Request(
            role,
            new TreeSet<>(List.of(role)),
            Optional.empty(),
            List.of(),
            Principal.DEFAULT_SITE,
            true,
            Optional.of(new RateLimit(RateLimit.LARGEST, RateLimit.LARGEST)),
            Optional.empty());
    var made = issue.in(Call.system(owner, "test", "0".repeat(31) + "1"), request).answer();
    return made.text("key").orElseThrow();
  }

  @Test
  void theTableHasEveryRouteAndEverybody() throws IOException {
    var table = RouteTable.committed();
    var routes = Route.all().stream().map(Route::name).collect(toCollection(TreeSet::new));
    assertThat(table.routes()).isEqualTo(routes);
    assertThat(table.askers()).isEqualTo(keys.keySet());
  }

  @Test
  void whoMayIsLetInByEveryRoute() {
    var asked = asked(wanted("yes"));
    assertThat(asked).extracting(Asked::meaning).isNotEmpty().doesNotContain("401", "403");
    assertAsTheTableSays(asked);
  }

  @Test
  void whoMayNotIsRefusedByEveryRouteAndNothingChanges() throws SQLException {
    var refused = wanted("403");
    var asked = new ArrayList<Asked>();
    try (var effects = effects()) {
      var left = effects.of(() -> asked.addAll(asked(refused)));
      assertAsTheTableSays(asked);
      assertThat(left.tables()).isEmpty();
      assertThat(left.entries()).containsExactlyInAnyOrderElementsOf(refusals(refused));
    }
    for (var each : asked) {
      var problem = each.answer().json();
      assertThat(problem.text("type"))
          .hasValue("https://countersign.dev/problems/permission_denied");
      assertThat(problem.text("detail"))
          .as(each.unlike())
          .hasValue("the key does not carry `" + each.cell().route().permission() + "`");
    }
  }

  @Test
  void nobodyIsAskedForAKeyByEveryRouteAndNothingChanges() throws SQLException {
    var unknown = wanted("401");
    assertThat(unknown).extracting(Cell::asker).containsOnly(RouteTable.NOBODY);
    try (var effects = effects()) {
      var left = effects.of(() -> assertAsTheTableSays(asked(unknown)));
      assertThat(left.nothing()).as(left.toString()).isTrue();
    }
  }

  /// JAX-RS answers `HEAD` by the method for `GET`.
  @Test
  void headIsRefusedAsGetIs() {
    for (var cell : cells) {
      if (cell.route().method().equals("get") && !cell.wanted().equals("yes")) {
        assertThat(bare(key(cell.asker()), "HEAD", path(cell.route())).statusCode())
            .as("HEAD %s by %s", cell.route().path(), cell.asker())
            .isEqualTo(Integer.parseInt(cell.wanted()));
      }
    }
  }

  /// It tells no more than the document does.
  @Test
  void optionsTellsWhatMethodsThereAre() {
    for (var cell : wanted("401")) {
      var answer = bare("", "OPTIONS", path(cell.route()));
      assertThat(answer.body()).as("OPTIONS " + cell.route().path()).isEmpty();
    }
  }

  /// A limit on their number would leave out whoever is asked last.
  @Test
  void everyRouteHasFiguresOfItsOwn() {
    asked(cells.stream().filter(cell -> cell.asker().equals(Roles.TENANT_ADMIN)).toList());
    var paths = Route.all().stream().map(Route::path).collect(toCollection(TreeSet::new));
    Await.until(PATIENCE, () -> labels().containsAll(paths));
  }

  /// What is answered before a route is found does not come to the gate.
  @Test
  void whatAStrangerAsksForIsNoLabel() {
    var chosen = "/v1/cases/chosen";
    assertThat(bare("", "OPTIONS", chosen).statusCode()).isEqualTo(200);
    assertThat(bare("", "PATCH", chosen).statusCode()).isGreaterThanOrEqualTo(400);
    assertThat(bare("", "GET", "/v1/chosen").statusCode()).isEqualTo(404);
    var type = new String[] {"Content-Type", "text/chosen"};
    var answer = http.send("", "POST", chosen + "/events", Optional.of("chosen"), type);
    assertThat(answer.status()).isGreaterThanOrEqualTo(400);
    Await.until(PATIENCE, () -> labels().contains("OTHER"));
    assertThat(labels()).noneMatch(label -> label.contains("chosen"));
  }

  /// Templates as the document writes them.
  private SortedSet<String> labels() {
    return LABEL
        .matcher(http.get("", "/metrics").body())
        .results()
        .map(label -> label.group(1).replaceAll(":[^}]*}", "}"))
        .collect(toCollection(TreeSet::new));
  }

  private Effects effects() throws SQLException {
    return new Effects(databases, tenant.value(), platform.tenant().value());
  }

  private List<Cell> wanted(String answer) {
    return cells.stream().filter(cell -> cell.wanted().equals(answer)).toList();
  }

  /// A refused change is recorded under the first entry that it would have had.
  private static List<String> refusals(List<Cell> refused) {
    return refused.stream()
        .filter(cell -> !cell.route().records().isEmpty())
        .map(cell -> cell.route().records().getFirst().replaceAll("\\..*", ".refused"))
        .toList();
  }

  private static void assertAsTheTableSays(List<Asked> asked) {
    assertThat(asked)
        .filteredOn(each -> !each.meaning().equals(each.cell().wanted()))
        .extracting(Asked::unlike)
        .isEmpty();
  }

  private String key(String asker) {
    return Optional.ofNullable(keys.get(asker))
        .orElseThrow(() -> new AssertionError("nobody is `" + asker + "`"));
  }

  /// Several at once: it is some two thousand questions.
  private List<Asked> asked(List<Cell> cells) {
    try (var askers = Executors.newFixedThreadPool(AT_ONCE)) {
      var answers = new ArrayList<Asked>();
      for (var answer : askers.invokeAll(cells.stream().map(this::question).toList())) {
        answers.add(answer.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private Callable<Asked> question(Cell cell) {
    var route = cell.route();
    var method = route.method().toUpperCase(Locale.ROOT);
    var path = path(route) + QUERIES.getOrDefault(route.name(), "");
    var body = method.equals("GET") ? Optional.<String>empty() : Optional.of(BODY);
    var key = key(cell.asker());
    var from = cell.asker().equals(RouteTable.NOBODY) ? ELSEWHERE : new String[0];
    return () -> new Asked(cell, http.send(key, method, path, body, from));
  }

  /// With ids that nothing has.
  private static String path(Route route) {
    return PARAMETER
        .matcher(route.path())
        .replaceAll(name ->
            switch (name.group(1)) {
              case "version", "index" -> "999999999";
              case "path" -> "0/000";
              case "origin_hash" -> "0".repeat(64);
              default -> "0198c0de-0000-7000-8000-000000000001";
            });
  }

  private HttpResponse<String> bare(String key, String method, String path) {
    var request =
        HttpRequest.newBuilder(URI.create(Http.url() + path))
            .method(method, BodyPublishers.noBody())
            .headers(ELSEWHERE);
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer " + key);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
