package dev.countersign.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.DescriptorValidationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CEL's own conformance tests, all of them, against the library as conditions use it.
///
/// Where the library departs from them is a list under version control, and the table of
/// `docs/cel.md` is made of what happened here; `-Dcountersign.writeCelTable=true` writes it anew.
@Tag("vectors")
class ConformanceTest {
  private static final Path FOLDER =
      Path.of(
          Objects.requireNonNull(System.getenv("COUNTERSIGN_SHARED_DATA")),
          "4-policy",
          "cel-conformance");
  private static final Path DOCUMENT = Path.of("../docs/cel.md");
  private static final String BEGIN = "<!-- conformance: written by ConformanceTest -->\n";
  private static final String END = "<!-- end of conformance -->\n";
  private static final KnownDeviations KNOWN = new KnownDeviations();

  private static final SortedMap<String, List<Ran>> BY_FILE = new TreeMap<>();

  /// A test, and how the library departed from it.
  private record Ran(ConformanceCase test, Optional<String> deviation) {}

  @BeforeAll
  static void run(@TempDir Path work)
      throws IOException, InterruptedException, DescriptorValidationException {
    var schema = new ConformanceSchema(FOLDER.resolve("proto"), work);
    var runner = new ConformanceRunner(schema);
    try (var files = Files.newDirectoryStream(FOLDER, "*.textproto")) {
      for (var file : files) {
        BY_FILE.put(
            Objects.requireNonNull(file.getFileName()).toString().replace(".textproto", ""),
            ConformanceCase.of(schema.suite(Files.readString(file))).stream()
                .map(test -> new Ran(test, runner.deviation(test)))
                .toList());
      }
    }
  }

  @Test
  void everyTestPassesOrIsListedWithItsReason() {
    assertThat(all()).hasSizeGreaterThan(2_000);
    assertThat(
            all().stream()
                .filter(ran -> ran.deviation().isPresent() && KNOWN.reason(ran.test()).isEmpty())
                .map(ConformanceTest::line))
        .as("deviate and are not listed")
        .isEmpty();
  }

  @Test
  void everyListedTestDeviates() {
    assertThat(
            all().stream()
                .filter(ran -> ran.deviation().isEmpty() && KNOWN.reason(ran.test()).isPresent())
                .map(ConformanceTest::line))
        .as("are listed and pass")
        .isEmpty();
    assertThat(KNOWN.naming(all().stream().map(Ran::test).toList()))
        .as("are listed and name no test")
        .isEmpty();
  }

  private static String line(Ran ran) {
    return "%s: `%s` %s"
        .formatted(
            ran.test().name(),
            ran.test().expression(),
            ran.deviation().orElse("passes").lines().findFirst().orElse(""));
  }

  @Test
  void simpleConditionsGiveTheExpectedAnswers() {
    var adapted = new ArrayList<ConformanceSimple.Adapted>();
    for (var ran : all()) {
      ConformanceSimple.of(ran.test())
          .ifPresent(simple -> {
            assertThat(simple.verdict())
                .as("%s `%s`", ran.test().name(), ran.test().expression())
                .isEqualTo(simple.expected());
            adapted.add(simple);
          });
    }
    assertThat(adapted.size()).isGreaterThanOrEqualTo(150);
    assertThat(adapted)
        .extracting(ConformanceSimple.Adapted::expected)
        .contains(Simple.Verdict.values());
  }

  @Test
  void theDocumentSaysHowManyPassed() throws IOException {
    var document = Files.readString(DOCUMENT);
    int from = document.indexOf(BEGIN) + BEGIN.length();
    int to = document.indexOf(END);
    if (Boolean.getBoolean("countersign.writeCelTable")) {
      Files.writeString(DOCUMENT, document.substring(0, from) + table() + document.substring(to));
      return;
    }
    assertThat(document.substring(from, to))
        .as("`docs/cel.md`; write it anew with -Dcountersign.writeCelTable=true")
        .isEqualTo(table());
  }

  private static List<Ran> all() {
    return BY_FILE.values().stream().flatMap(List::stream).toList();
  }

  private static String table() {
    var table =
        new StringBuilder("\n| File | Tests | Pass | Deviate | Why |\n|---|--:|--:|--:|---|\n");
    long passed = 0;
    for (var file : BY_FILE.entrySet()) {
      long deviating = file.getValue().stream().filter(ran -> ran.deviation().isPresent()).count();
      var reasons = new LinkedHashSet<String>();
      file.getValue().forEach(ran -> KNOWN.reason(ran.test()).ifPresent(reasons::add));
      passed += file.getValue().size() - deviating;
      table.append(
          "| `%s` | %d | %d | %d | %s |\n"
              .formatted(
                  file.getKey(),
                  file.getValue().size(),
                  file.getValue().size() - deviating,
                  deviating,
                  String.join("; ", reasons)));
    }
    return table
        .append(
            "| all | %d | %d | %d | |\n\n".formatted(all().size(), passed, all().size() - passed))
        .toString();
  }
}
