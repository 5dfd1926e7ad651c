package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.usecase.CheckpointFile;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A rotation of the log's key from the command line, beside a server that another journey started.
final class LogKeysJourney {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final DemoServer server;
  private final Path folder;
  private int runs;

  private LogKeysJourney(DemoServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  static void run(DemoServer server, Path folder) throws IOException, InterruptedException {
    new LogKeysJourney(server, folder).run();
  }

  private void run() throws IOException, InterruptedException {
    var first = id(done("key", "list").lines().toList().getLast());
    assertThat(done("key", "create")).contains("signs from now on");
    Await.until("both keys sign", PATIENCE, () -> newestIsSignedBy(2));
    assertThat(ledger("key", "create").code()).as("a third one").isEqualTo(1);

    assertThat(done("key", "retire", first, "--confirm", first)).contains("is retired");
    Await.until("one key signs", PATIENCE, () -> newestIsSignedBy(1));
    assertThat(done("key", "list").lines().map(line -> line.replaceAll(" +", " ")))
        .anyMatch(line -> line.startsWith(first + " retired yes"))
        .anyMatch(line -> line.contains(" signing yes"));
    assertThat(done("fsck").lines().toList().getLast()).startsWith("fsck: ok");
    assertThat(done("alarms")).contains("no alarm is open");
    assertThat(ledger("alarms", "--settle", "1", "--by", "me").code()).isEqualTo(1);
    server.kill();
    server.restart();
  }

  private static String id(String line) {
    return line.substring(0, 8);
  }

  /// Of the two that are kept, both may be over the same entries.
  private boolean newestIsSignedBy(int keys) {
    try {
      var kept = CheckpointFile.read(server.data().resolve("ledger").resolve("checkpoint"));
      var newest = Checkpoint.parse(kept.getLast().text());
      return kept.stream()
          .filter(note -> Checkpoint.parse(note.text()).equals(newest))
          .anyMatch(note -> note.signatures().size() == keys);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String done(String... arguments) throws IOException, InterruptedException {
    var ended = ledger(arguments);
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).doesNotContain("SLF4J");
    return ended.output();
  }

  private DemoServer.Ended ledger(String... arguments) throws IOException, InterruptedException {
    var line = new ArrayList<String>(List.of("ledger"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--data-dir", server.data().toString()));
    return DemoServer.run(DemoServer.command(line), folder.resolve("log-keys-" + runs++ + ".out"));
  }
}
