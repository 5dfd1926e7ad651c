package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseLogTest {
  private static final String HEADER = "id,came,amount,note,human,ok,end,decided\n";

  @TempDir Path folder;

  @Test
  void rowsBecomeCases() throws IOException {
    var log =
        read(
            HEADER
                + "1,2026-01-01T10:00:00+01:00,500,\"a, b\",1,yes,GOOD,2026-01-02T00:00:00Z\n"
                + "2,2026-01-01T10:00:00Z,7.5,,1,no,BAD,2026-01-02T00:00:00Z\n"
                + "3,2026-01-01T10:00:00Z,0,,0,yes,GOOD,\n"
                + "4,2026-01-01T10:00:00Z,0,,1,yes,ELSE,2026-01-02T00:00:00Z\n");
    assertThat(log.name()).isEqualTo("log.csv");
    var first = log.cases().getFirst();
    assertThat(first.submitted()).isEqualTo(Instant.parse("2026-01-01T09:00:00Z"));
    assertThat(first.attributes())
        .isEqualTo(Json.object().put("note", "a, b").put("sum", 500).build());
    assertThat(first.decision())
        .hasValueSatisfying(made -> {
          assertThat(made.approved()).isTrue();
          assertThat(made.success()).contains(true);
        });
    assertThat(log.cases().get(1).decision())
        .hasValueSatisfying(made -> {
          assertThat(made.approved()).isFalse();
          assertThat(made.success()).contains(false);
        });
    // Nobody reads the decision of a case that no person decided.
    assertThat(log.cases().get(2).decision()).isEmpty();
    assertThat(log.cases().get(3).decision().flatMap(LoggedCase.Decision::success)).isEmpty();
  }

  @Test
  void limitTakesTheFirst() throws IOException {
    var rows =
        HEADER
            + "1,2026-01-01T10:00:00Z,5,,0,,,\n2,2026-01-01T10:00:00Z,5,,0,,,\n3,broken,5,,0,,,\n";
    Files.writeString(folder.resolve("log.csv"), rows);
    var log = CaseLog.read(folder.resolve("log.csv"), MappingTest.read(MappingTest.TEXT), 2);
    assertThat(log.cases()).extracting(LoggedCase::reference).containsExactly("1", "2");
  }

  @Test
  void unusableRowsAreNamedTogether() {
    assertThatThrownBy(() ->
            read(
                HEADER
                    + "1,yesterday,5,,0,,,\n"
                    + "2,2026-01-01T10:00:00Z,much,,0,,,\n"
                    + ",2026-01-01T10:00:00Z,5,,0,,,\n"
                    + "4,2026-01-01T10:00:00Z,5,,0,,,\n"
                    + "4,2026-01-01T10:00:00Z,5,,0,,,\n"
                    + "5,2026-01-01T10:00:00Z,5,,1,yes,GOOD,2025-01-01T10:00:00Z\n"))
        .isInstanceOf(CommandFailure.NotUsable.class)
        .hasMessageContaining("has 5 unusable rows")
        .hasMessageContaining("line 2: `yesterday` is not a time")
        .hasMessageContaining("line 3: ")
        .hasMessageContaining("line 4: a reference has 1 to 100 characters")
        .hasMessageContaining("line 6: case `4` is there already")
        .hasMessageContaining("line 7: it was decided before it was submitted");
  }

  @Test
  void shortRowsAndManyAreNamed() {
    var rows = new StringBuilder(HEADER);
    for (int i = 0; i < 30; i++) {
      rows.append(i).append(",2026-01-01T10:00:00Z\n");
    }
    assertThatThrownBy(() -> read(rows.toString()))
        .hasMessageContaining("has 30 unusable rows: line 2: it ends before the column `note`")
        .hasMessageContaining("line 11: ")
        .hasMessageContaining("; and 20 more");
  }

  @Test
  void timesOfOtherFormsAndOtherSeparatorsAreRead() throws IOException {
    var mapping =
        MappingTest.read(
            MappingTest.TEXT
                + "log: {format: csv, separator: \";\", time_format: \"dd.MM.yyyy HH:mm\", time_zone: Europe/Rome}\n");
    var file =
        Files.writeString(
            folder.resolve("log.csv"), HEADER.replace(',', ';') + "1;01.07.2026 10:00;5;;0;;;\n");
    var log = CaseLog.read(file, mapping, 10);
    assertThat(log.cases().getFirst().submitted()).isEqualTo(Instant.parse("2026-07-01T08:00:00Z"));
    assertThat(log.digest()).isEqualTo(Digest.sha256(Files.readAllBytes(file)));
  }

  @Test
  void packedLogsAreUnpacked() throws IOException {
    var file = folder.resolve("log.csv.gz");
    try (var packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write((HEADER + "1,2026-01-01T10:00:00Z,5,,0,,,\n").getBytes(StandardCharsets.UTF_8));
    }
    var log = CaseLog.read(file, MappingTest.read(MappingTest.TEXT), 10);
    assertThat(log.cases()).hasSize(1);
    assertThat(log.digest()).isEqualTo(Digest.sha256(Files.readAllBytes(file)));
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    var file = folder.resolve("log.csv");
    Files.write(file, (HEADER + "\u00e4").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> CaseLog.read(file, MappingTest.read(MappingTest.TEXT), 10))
        .isInstanceOf(CommandFailure.NotUsable.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void rowsOfEventsBecomeCasesWhateverTheirOrder() throws IOException {
    var mapping =
        MappingTest.read(
            MappingTest.EVENTS
                .replace(
                    "{format: xes}",
                    "{format: csv, rows: events, case: id, activity: what, time: at}")
                .replace("take: \"time:timestamp\"", "take: at"));
    var file =
        Files.writeString(
            folder.resolve("log.csv"),
            """
            id,what,at,kind
            B,Close,2026-01-05T10:00:00Z,late
            A,Close,2026-01-04T10:00:00Z,
            B,Open,2026-01-01T10:00:00Z,late
            A,Open,2026-01-02T10:00:00Z,
            A,Close,2026-01-03T10:00:00Z,
            C,Open,2026-01-02T10:00:00Z,new
            """);
    var log = CaseLog.read(file, mapping, 10);
    assertThat(log.cases()).extracting(LoggedCase::reference).containsExactly("B", "A", "C");
    var late = log.cases().getFirst();
    assertThat(late.submitted()).isEqualTo(Instant.parse("2026-01-01T10:00:00Z"));
    assertThat(late.attributes().text("kind")).contains("late");
    assertThat(late.groups()).containsExactly("late");
    assertThat(late.decision().flatMap(LoggedCase.Decision::success)).contains(true);
    var again = log.cases().get(1);
    assertThat(again.decision())
        .hasValueSatisfying(made -> {
          assertThat(made.at()).isEqualTo(Instant.parse("2026-01-04T10:00:00Z"));
          assertThat(made.success()).contains(false);
        });
    assertThat(again.attributes().members()).isEmpty();
    assertThat(log.cases().get(2).decision()).isEmpty();
    assertThat(CaseLog.read(file, mapping, 2).cases()).hasSize(2);
  }

  @Test
  void groupsHaveBands() {
    var bands = new Grouping("a", "t", List.of(10.0, 2500.5));
    assertThat(
            List.of("5", "10", "11", "2500.5", "9000", " ").stream()
                .map(each -> bands.of(_ -> each)))
        .containsExactly(
            "up to 10", "up to 10", "10 to 2,500.50", "10 to 2,500.50", "over 2,500.50", "none");
    assertThat(bands.labels()).containsExactly("up to 10", "10 to 2,500.50", "over 2,500.50");
  }

  @Test
  void missingColumnsAreNamed() {
    assertThatThrownBy(() -> read("id,came,amount\n1,2,3\n"))
        .isInstanceOf(CommandFailure.NotUsable.class)
        .hasMessageContaining("lacks the columns `decided`, `end`, `human`, `note`, `ok`");
  }

  @Test
  void emptyLogIsRefused() {
    assertThatThrownBy(() -> read(HEADER)).hasMessageContaining("has no rows");
  }

  @Test
  void shippedLogIsWhatItsGeneratorMakes() throws IOException {
    assertThat(SampleLog.folder().resolve("sample-applications.csv"))
        .content()
        .isEqualTo(SampleLog.text());
    var log = sample();
    assertThat(log.cases()).hasSize(200);
    assertThat(log.cases().stream().map(LoggedCase::decision).flatMap(Optional::stream))
        .hasSizeBetween(100, 150)
        .anyMatch(LoggedCase.Decision::approved)
        .anyMatch(made -> !made.approved())
        .anyMatch(made -> made.approved() && made.success().isEmpty());
  }

  static CaseLog sample() {
    return CaseLog.read(
        SampleLog.folder().resolve("sample-applications.csv"),
        MappingReader.read(SampleLog.folder().resolve("loan-applications.yaml")),
        Integer.MAX_VALUE);
  }

  /// The counts that the specification of the replay states.
  @Test
  @Tag("vectors")
  void realLogIsReadWhole() {
    var shared = Path.of(System.getenv("COUNTERSIGN_SHARED_DATA"));
    var log =
        CaseLog.read(
            shared.resolve("7-decisions").resolve("loan_applications_2012_first_half.csv"),
            MappingReader.read(SampleLog.folder().resolve("loan-applications.yaml")),
            Integer.MAX_VALUE);
    assertThat(log.cases()).hasSize(6543);
    var decisions =
        log.cases().stream().map(LoggedCase::decision).flatMap(Optional::stream).toList();
    assertThat(decisions).hasSize(4277);
    var approved = decisions.stream().filter(LoggedCase.Decision::approved).toList();
    assertThat(approved).hasSize(2172);
    assertThat(approved).filteredOn(made -> made.success().isEmpty()).hasSize(604);
  }

  private CaseLog read(String text) throws IOException {
    var file = Files.writeString(folder.resolve("log.csv"), text);
    return CaseLog.read(file, MappingTest.read(MappingTest.TEXT), Integer.MAX_VALUE);
  }
}
