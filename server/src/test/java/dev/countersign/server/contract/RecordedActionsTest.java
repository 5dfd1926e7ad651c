package dev.countersign.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.events.RecordedActions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Filters may name exactly the actions that are recorded.
class RecordedActionsTest {
  private static final Path ENTRIES = Path.of("src/test/resources/entries.txt");
  private static final Path GUIDE = Path.of("../docs/webhooks.md");
  private static final Pattern LITERAL = Pattern.compile("\"([a-z_]+)\\.([a-z_]*[a-z])\"");
  private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| (`.*`) \\|");

  private static final List<String> ROOMS =
      List.of("ledger", "identity", "policy", "trust", "events", "workflow", "server");

  /// What is written like an action and is none: types of a case's own events, what is tried and
  /// never recorded, and names of tables.
  private static final List<String> NO_ACTIONS =
      List.of(
          "case.moved",
          "model.watched",
          "policy.declaration",
          "policy.model",
          "policy.operation",
          "workflow.approval_decision",
          "workflow.decoy_deferral");

  @Test
  void whatRequestsLeaveBehindMayBeAskedFor() throws IOException {
    var recorded =
        Files.readAllLines(ENTRIES).stream()
            .filter(line -> !line.startsWith("#"))
            .flatMap(line -> Stream.of(line.split(" \\| ")[3].split(", ")))
            .filter(action -> !action.equals("-"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(recorded).hasSizeGreaterThan(100);
    assertThat(RecordedActions.names()).containsAll(recorded);
  }

  /// Whatever the sources call an action of a known family, jobs and timers too.
  @Test
  void whatTheSourcesNameMayBeAskedFor() throws IOException {
    var families =
        RecordedActions.names().stream()
            .map(action -> action.substring(0, action.indexOf('.')))
            .collect(Collectors.toCollection(TreeSet::new));
    var named = new TreeSet<String>();
    for (var room : ROOMS) {
      for (var source : sources(Path.of("..", room, "src/main/java"))) {
        LITERAL
            .matcher(Files.readString(source))
            .results()
            .filter(found -> families.contains(found.group(1)))
            .forEach(found -> named.add(found.group(1) + "." + found.group(2)));
      }
    }
    assertThat(named).contains("drift.raised", "grant.expired");
    assertThat(named).as("an exception is needed").containsAll(NO_ACTIONS);
    named.removeAll(NO_ACTIONS);
    assertThat(RecordedActions.names()).containsAll(named);
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  @Test
  void theGuideListsThemAll() throws IOException {
    var listed = new TreeSet<String>();
    ROW.matcher(Files.readString(GUIDE))
        .results()
        .forEach(row ->
            Stream.of(row.group(2).split(", "))
                .forEach(word -> listed.add(row.group(1) + "." + word.replace("`", ""))));
    assertThat((SortedSet<String>) listed).isEqualTo(RecordedActions.names());
  }
}
