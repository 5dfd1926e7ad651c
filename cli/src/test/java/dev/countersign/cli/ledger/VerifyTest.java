package dev.countersign.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.kernel.JsonReader;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.testkit.Property;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerifyTest {
  private static final String KEY = TestLog.KEY.verifier().toString();
  private static final TestLog LOG = TestLog.of(300);

  @TempDir Path folder;

  private record Ran(int code, String out) {}

  @Test
  void soundReceiptAndExportAreOk() {
    var receipt = file("receipt.txt", LOG.receipt(17));
    var export = file("export.jsonl", LOG.export());
    var ran = verify(receipt, export, "--key", KEY);
    assertThat(ran.out())
        .contains("ok: " + receipt + ": 1 entry in the log `countersign.test/cli` of 300")
        .contains("ok: " + export + ": 300 entries in the log")
        .contains("note: nothing proves that the tenant had no later entries");
    assertThat(ran.code()).isZero();
  }

  @Test
  void keyMayStandInAFile() {
    var receipt = file("receipt.txt", LOG.receipt(17));
    var key = file("log.vkey", KEY + "\n");
    assertThat(verify(receipt, "--key", key).code()).isZero();
    assertThat(verify(receipt, "--key", "@" + key).code()).isZero();
  }

  @Test
  void anyChangedCharacterOfAReceiptIsFound() {
    var receipt = LOG.receipt(123);
    Property.holdsFor(
        300,
        random -> {
          int at = random.nextInt(receipt.length());
          char other = (char) (33 + random.nextInt(90));
          if (receipt.charAt(at) != other) {
            var changed = receipt.substring(0, at) + other + receipt.substring(at + 1);
            var ran = verify(file("changed.txt", changed), "--key", KEY);
            assertThat(ran.code()).as("character %d", at).isEqualTo(1);
            assertThat(ran.out()).startsWith("FAILED: ");
          }
        });
  }

  @Test
  void firstEntryThatFailsIsNamed() {
    var lines = new ArrayList<>(LOG.export().lines().toList());
    lines.set(42, lines.get(42).replace("\"number\":41", "\"number\":14"));
    lines.set(77, lines.get(77).replace("\"number\":76", "\"number\":67"));
    assertThat(verify(file("e.jsonl", joined(lines)), "--key", KEY))
        .isEqualTo(
            new Ran(
                1,
                "FAILED: %s: log index 41: altered content: the entry is not the one its leaf commits to%n"
                    .formatted(folder.resolve("e.jsonl"))));
  }

  @Test
  void missingDoubleAndMovedLinesAreFound() {
    var lines = LOG.export().lines().toList();
    Property.holdsFor(
        100,
        random -> {
          var changed = new ArrayList<>(lines);
          int one = random.nextInt(lines.size());
          switch (random.nextInt(4)) {
            case 0 -> changed.remove(one);
            case 1 -> changed.add(one, lines.get(one));
            case 2 -> {
              changed.remove(one);
              changed.add(
                  (one + 1 + random.nextInt(lines.size() - 1)) % lines.size(), lines.get(one));
            }
            default -> changed.subList(one, changed.size()).clear();
          }
          assertThat(verify(file("e.jsonl", joined(changed)), "--key", KEY).code()).isEqualTo(1);
        });
  }

  @Test
  void strangersKeyIsNotBelieved() {
    var stranger =
        SigningKey.generate("countersign.test/cli", SignatureType.ED25519, new SecureRandom());
    var ran = verify(file("r.txt", LOG.receipt(1)), "--key", stranger.verifier().toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("bad signature");
  }

  @Test
  void exportOfAShorterLogThanTheOlderCheckpointIsACutTail() {
    var older = file("checkpoint.txt", LOG.note().toString());
    var ran = verify(file("e.jsonl", TestLog.of(299).export()), "--key", KEY, "--since", older);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("tail cut");
  }

  @Test
  void oneBadFileAmongGoodOnesIsEnough() {
    var ran =
        verify(
            file("good.txt", LOG.receipt(1)),
            file("bad.txt", "nonsense"),
            file("empty.txt", ""),
            file("fine.txt", LOG.receipt(2)),
            "--key",
            KEY);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out().lines().map(line -> line.split(":")[0]))
        .containsExactly("ok", "FAILED", "FAILED", "ok");
  }

  /// Both are signed: whoever has one of the files alone would believe it.
  @Test
  void twoHistoriesInTwoFilesAreFound() {
    var other = TestLog.of(300, 4);
    var ran = verify(file("a.txt", LOG.receipt(1)), file("b.txt", other.receipt(1)), "--key", KEY);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out().lines().toList().getLast())
        .contains("the checkpoint: broken chain of checkpoints: another checkpoint of 300 entries");
    var held = file("held", other.note().toString());
    assertThat(verify(file("a.txt", LOG.receipt(1)), "--key", KEY, "--since", held).out())
        .startsWith("FAILED: ");
  }

  @Test
  void programsGetAnObjectALine() {
    var ran =
        verify(file("a.txt", LOG.receipt(1)), file("b.txt", "nonsense"), "--key", KEY, "--json");
    var objects = ran.out().lines().map(JsonReader::readObject).toList();
    assertThat(objects.get(0).truth("verified")).contains(true);
    assertThat(objects.get(0).number("entries").orElseThrow()).isEqualTo(1);
    assertThat(objects.get(1).truth("verified")).contains(false);
    assertThat(objects.get(1).text("flaw")).contains("malformed");
    assertThat(ran.code()).isEqualTo(1);
  }

  @Test
  void missingFileOrKeyIsSaid() {
    var receipt = file("r.txt", LOG.receipt(1));
    assertThatThrownBy(() -> verify(folder.resolve("none").toString(), "--key", KEY))
        .isInstanceOf(CommandFailure.Failed.class);
    for (var key : List.of("x", "@none", KEY.replace("+A", "+B"))) {
      assertThatThrownBy(() -> verify(receipt, "--key", key))
          .as(key)
          .isInstanceOf(CommandFailure.NotUsable.class);
    }
  }

  private Ran verify(String... arguments) {
    var out = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), false);
    var command = new VerifyCommand(console);
    new CommandLine(command).parseArgs(arguments);
    int code = command.call();
    console.out().flush();
    return new Ran(code, out.toString());
  }

  private String file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String joined(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
