package dev.countersign.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every route declares who may use it, the document says the same, and the table under version
/// control shows what follows for each role; `RouteRolesTest` asks the running server.
class RouteMatrixTest {
  /// Says that the table is to be written anew instead of compared.
  private static final String WRITE = "countersign.writeRouteMatrix";

  private static final List<Route> ROUTES = Route.all();

  @Test
  void everyRouteDeclaresItsPermission() {
    assertThat(ROUTES)
        .isNotEmpty()
        .allSatisfy(route -> assertThat(route.needs()).as(route.code().toString()).isPresent());
  }

  @Test
  void everyRouteHasAMethodOfItsOwn() {
    assertThat(ROUTES).extracting(Route::method).doesNotContain("any");
    assertThat(ROUTES).extracting(Route::name).doesNotHaveDuplicates();
  }

  @Test
  void exactlyTheRoutesThatChangeSomethingNameTheirEntry() {
    for (var route : ROUTES) {
      assertThat(!route.records().isEmpty()).as(route.name()).isEqualTo(changes(route));
    }
  }

  /// Four exceptions: a dry run changes nothing; what a witness cosigns for other logs belongs to
  /// no tenant; asking about one's own key is a POST for the sake of existing clients and changes
  /// nothing; an export is a GET but leaves an entry, so that it is known who took what along.
  private static boolean changes(Route route) {
    if (route.name().endsWith("/dry-run")) {
      return false;
    }
    return switch (route.permission()) {
      case "key:verify", "none" -> false;
      case "ledger:export", "decision:export" -> true;
      default -> !route.method().equals("get");
    };
  }

  @Test
  void everyPermissionIsCarriedBySomeRole() {
    var carried = new TreeSet<String>();
    Roles.all().values().forEach(carried::addAll);
    assertThat(ROUTES)
        .filteredOn(route -> !route.open())
        .allSatisfy(route -> assertThat(carried).as(route.name()).contains(route.permission()));
  }

  @Test
  void everyPermissionOfARoleOpensSomeRoute() {
    var needed = ROUTES.stream().map(Route::permission).collect(Collectors.toSet());
    Roles.all()
        .forEach((role, permissions) -> assertThat(needed).as(role).containsAll(permissions));
  }

  @Test
  void theDocumentHasExactlyTheRoutesWithTheirPermissions() {
    var documented = new TreeMap<String, String>();
    for (var operation : Document.load().operations()) {
      documented.put(operation.name(), operation.permission() + " " + operation.records());
    }
    var served = new TreeMap<String, String>();
    for (var route : ROUTES) {
      served.put(route.name(), route.permission() + " " + route.records());
    }
    assertThat(documented).isEqualTo(served);
  }

  @Test
  void exactlyTheRoutesWithoutPermissionNeedNoCredential() {
    for (var operation : Document.load().operations()) {
      assertThat(operation.open())
          .as(operation.name())
          .isEqualTo(operation.permission().equals("none"));
      assertThat(operation.node().items("security")).as(operation.name()).isEmpty();
    }
  }

  @Test
  void theTableUnderVersionControlSaysWhoMayDoWhat() throws IOException {
    var table = table();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(RouteTable.FILE, table);
    }
    assertThat(Files.readString(RouteTable.FILE))
        .as(
            "who may do what has changed; if that is meant, write the table anew with -D%s=true and "
                + "review the difference",
            WRITE)
        .isEqualTo(table);
  }

  private static String table() {
    var roles = new ArrayList<>(Roles.all().keySet());
    roles.add(RouteTable.SOME_APPROVER);
    roles.sort(String::compareTo);
    var lines = new ArrayList<String>();
    lines.add(
        "# Who may do what: `yes`, or the status that refuses. Computed from the routes and the");
    lines.add("# roles; written anew by RouteMatrixTest with -D" + WRITE + "=true.");
    var header = new StringBuilder("%-6s".formatted(RouteTable.NOBODY));
    roles.forEach(role -> header.append("  ").append(role));
    lines.add(header.append("  permission       route").toString());
    for (var route : ROUTES) {
      var line = new StringBuilder("%-6s".formatted(route.open() ? "yes" : "401"));
      for (var role : roles) {
        boolean may = route.open() || Roles.of(role).contains(route.permission());
        line.append("  ").append(padded(may ? "yes" : "403", role.length()));
      }
      lines.add(line + "  " + padded(route.permission(), 15) + "  " + route.name());
    }
    return String.join("\n", lines) + "\n";
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
