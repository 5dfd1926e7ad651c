package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.server.Effects.Left;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import dev.countersign.server.Http.Answer;
import dev.countersign.server.contract.Contract;
import dev.countersign.server.contract.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes the requests of a story and keeps what each left behind. A request that is to leave
/// entries is made twice: first while the log refuses the tenant's entries, when it must fail and
/// change nothing, then for good. For one thread.
final class StoryRequests {
  static final String REPEATED = "repeated";

  private final Http http;
  private final GovernedTenant tenant;
  private final Effects effects;
  private final LogFault fault;
  private final Contract contract = Contract.load();
  private final SortedMap<String, Route> routes = new TreeMap<>();
  private final List<Step> steps = new ArrayList<>();

  /// One request and what it left behind.
  ///
  /// @param scene what was asked, in words
  record Step(Route route, String scene, int status, Left left) {
    boolean done() {
      return status < 300;
    }

    /// Whether it was asked again with its `Idempotency-Key`.
    boolean repeated() {
      return scene.startsWith(REPEATED);
    }

    boolean refused() {
      return status == 403 || status == 409;
    }

    /// As the table under version control writes it.
    String line() {
      return "%s | %s | %d | %s | %s"
          .formatted(
              route.name(),
              scene,
              status,
              left.entries().isEmpty() ? "-" : String.join(", ", left.entries()),
              left.tables().isEmpty() ? "-" : String.join(", ", left.tables()));
    }
  }

  StoryRequests(Http http, GovernedTenant tenant, Effects effects, LogFault fault) {
    this.http = http;
    this.tenant = tenant;
    this.effects = effects;
    this.fault = fault;
    Route.all().forEach(route -> routes.put(route.name(), route));
  }

  Http http() {
    return http;
  }

  GovernedTenant tenant() {
    return tenant;
  }

  /// Everything that happened, in order.
  List<Step> steps() {
    return List.copyOf(steps);
  }

  /// @param settled waits for what the request started and did not finish
  Answer step(
      String scene,
      int status,
      String key,
      String method,
      String path,
      Optional<String> body,
      Runnable settled,
      String... headers) {
    var name = contract.route(method, path);
    var route = Optional.ofNullable(routes.get(name)).orElseThrow(() -> new AssertionError(name));
    boolean repeated = scene.startsWith(REPEATED);
    if (leavesEntries(route, status) && !repeated) {
      refusedByTheLog(name + ", " + scene, key, method, path, body, headers);
    }
    var answers = new ArrayList<Answer>();
    var left =
        effects.of(() -> {
          answers.add(http.send(key, method, path, body, headers));
          settled.run();
        });
    var answer = answers.getFirst();
    assertThat(answer.status()).as("%s, %s: %s", name, scene, answer.body()).isEqualTo(status);
    steps.add(new Step(route, scene, status, left));
    return answer;
  }

  private static boolean leavesEntries(Route route, int status) {
    return !route.records().isEmpty() && (status < 300 || status == 403 || status == 409);
  }

  private void refusedByTheLog(
      String scene,
      String key,
      String method,
      String path,
      Optional<String> body,
      String... headers) {
    var left =
        effects.of(() -> {
          Runnable asked =
              () -> {
                var answer = http.send(key, method, path, body, headers);
                assertThat(answer.status())
                    .as("%s, while the log takes no entries: %s", scene, answer.body())
                    .isEqualTo(503);
              };
          if (path.equals("/v1/tenants")) {
            fault.duringForAll(asked);
          } else {
            fault.during(asked);
          }
        });
    assertThat(left.entries()).as("%s, while the log takes no entries", scene).isEmpty();
    assertThat(left.tables()).as("%s, while the log takes no entries", scene).isEmpty();
  }
}
