package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
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
