package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No room reads another room's tables: what its sources and migrations name after a word of SQL
/// stands in its own schema or in the kernel's.
///
/// Looks at the text of the sources, which is coarse but sees every statement.
class SchemaWallsTest {
  private static final List<String> ROOMS =
      List.of("kernel", "ledger", "identity", "policy", "trust", "events", "workflow");

  private static final Pattern TABLE =
      Pattern.compile(
          "(?i)\\b(?:from|join|into|update|table|references|on|only|using|function|call|truncate)\\s+"
              + "(?:if\\s+(?:not\\s+)?exists\\s+)?("
              + String.join("|", ROOMS)
              + ")\\.[a-z_]+");

  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*//.*$");

  @Test
  void aRoomNamesOnlyItsOwnSchemaAndTheKernels() {
    for (var room : ROOMS) {
      var named = new TreeSet<String>();
      sources(room).forEach(file -> named.addAll(schemas(file)));
      assertThat(named).as(room).isNotEmpty().isSubsetOf(room, "kernel");
    }
  }

  @Test
  void onlyStoresAndMigrationsNameTables() {
    var outside = new TreeSet<String>();
    Stream.concat(ROOMS.stream(), Stream.of("server", "postgres", "cli"))
        .flatMap(SchemaWallsTest::sources)
        .filter(file -> file.toString().endsWith(".java"))
        .filter(file -> !file.toString().contains("/store/"))
        .filter(file -> !schemas(file).isEmpty())
        .forEach(file -> outside.add(Path.of("..").relativize(file).toString()));
    assertThat(outside).isEmpty();
  }

  private static SortedSet<String> schemas(Path file) {
    try {
      var text = COMMENT.matcher(Files.readString(file)).replaceAll("");
      var named = new TreeSet<String>();
      TABLE.matcher(text).results().forEach(found -> named.add(found.group(1)));
      return named;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> sources(String module) {
    try (var files = Files.walk(Path.of("..", module, "src", "main"))) {
      return files
          .filter(file -> file.toString().endsWith(".java") || file.toString().endsWith(".sql"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
