package dev.countersign.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OrphansTest {
  private static final String EXPORT = TestLog.of(20).export();

  @TempDir Path folder;

  private record Ran(int code, String out) {}

  private Ran orphans(String text) throws IOException {
    var file = Files.writeString(folder.resolve("e.jsonl"), text);
    var out = new StringWriter();
    var command =
        new OrphansCommand(
            new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), false));
    new CommandLine(command).parseArgs(file.toString());
    int code = command.call();
    return new Ran(code, out.toString());
  }

  @Test
  void exportWithoutOrphansIsOk() throws IOException {
    var ran = orphans(EXPORT);
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .endsWith("e.jsonl: 20 entries, 0 governed actions, 0 orphans%n".formatted());
  }

  @Test
  void orphansAreLinesWithTheirIndex() throws IOException {
    var ran = orphans(EXPORT.replaceFirst("case\\.opened", "outcome.observed"));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out().lines().toList().getFirst())
        .contains("log index 0: `outcome.observed` of ")
        .endsWith("is an outcome without its execution");
    assertThat(ran.out()).contains("FAILED: ").contains("1 orphans");
  }

  @Test
  void whatIsNoWholeExportIsSaid() {
    assertThatThrownBy(() -> orphans(EXPORT.substring(0, 3_000)))
        .isInstanceOf(CommandFailure.Failed.class);
  }
}
