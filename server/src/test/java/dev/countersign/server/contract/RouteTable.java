package dev.countersign.server.contract;

import dev.countersign.identity.Roles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The table under version control that says which role may do what.
///
/// @param answers by route and by who asks it: `yes`, or the status that refuses
public record RouteTable(SortedMap<String, Map<String, String>> answers) {
  /// Who has no credential.
  public static final String NOBODY = "nobody";

  /// One of the roles that gates ask for by name; all of them carry the same.
  public static final String SOME_APPROVER = Roles.APPROVER_PREFIX + "name";

  static final Path FILE = Path.of("src/test/resources/route-matrix.txt");

  private static final String BETWEEN = " {2,}";

  /// What the table says of one who asks one route.
  ///
  /// @param asker a role, or [#NOBODY]
  public record Cell(Route route, String asker, String wanted) {}

  /// Reads the file.
  public static RouteTable committed() throws IOException {
    var lines = Files.readAllLines(FILE).stream().filter(line -> !line.startsWith("#")).toList();
    var header = lines.getFirst().split(BETWEEN);
    var answers = new TreeMap<String, Map<String, String>>();
    for (var line : lines.subList(1, lines.size())) {
      var columns = line.split(BETWEEN);
      var byAsker = new LinkedHashMap<String, String>();
      // The last two are the permission and the route.
      for (int i = 0; i < header.length - 2; i++) {
        byAsker.put(header[i], columns[i]);
      }
      answers.put(columns[columns.length - 1], byAsker);
    }
    return new RouteTable(answers);
  }

  public Set<String> routes() {
    return answers.keySet();
  }

  /// Every role, and nobody.
  public Set<String> askers() {
    return answers.values().iterator().next().keySet();
  }

  /// Everybody at every one of these routes; one that the table does not have is left out.
  public List<Cell> cells(List<Route> routes) {
    var cells = new ArrayList<Cell>();
    for (var route : routes) {
      answers
          .getOrDefault(route.name(), Map.of())
          .forEach((asker, answer) -> cells.add(new Cell(route, asker, answer)));
    }
    return cells;
  }
}
