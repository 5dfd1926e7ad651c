package dev.countersign.cli.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The real server in a process of its own, as `countersign demo` starts it: it can be stopped,
/// killed, and started again on the same data.
final class DemoServer implements AutoCloseable {
  private final Path data;
  private final int port;
  private Process process;

  private DemoServer(Path data, int port, Process process) {
    this.data = data;
    this.port = port;
    this.process = process;
  }

  static DemoServer start(Path folder) throws IOException {
    int port = PackagedServer.freePort();
    var data = folder.resolve("data");
    var server = new DemoServer(data, port, launch(data, port));
    // A first start has nothing to complain about, or nobody reads complaints any more.
    var complaints = PackagedServer.complaints(data);
    if (!complaints.isEmpty()) {
      server.close();
    }
    assertThat(complaints).isEmpty();
    return server;
  }

  String url() {
    return "http://localhost:" + port;
  }

  Path data() {
    return data;
  }

  /// Kills the server as a power cut would; its database stays behind without an owner.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Starts it again on the same data.
  void restart() throws IOException {
    process = launch(data, port);
  }

  /// Asks it to end, as Ctrl-C does, and waits.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the server did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Process launch(Path data, int port) throws IOException {
    return PackagedServer.launch(data, port, List.of(), List.of("demo", "--no-browser"));
  }

  /// What a command printed, both streams, and how it ended.
  record Ended(int code, String output) {}

  /// Runs the command line in a process of its own, from this build's classes.
  static ProcessBuilder command(List<String> arguments) {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.add("dev.countersign.cli.Main");
    line.addAll(arguments);
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder
        .environment()
        .putAll(Map.of("COUNTERSIGN_HOME", Path.of("..").toAbsolutePath().toString()));
    return builder;
  }

  static Ended run(ProcessBuilder builder, Path output) throws IOException, InterruptedException {
    var process = builder.redirectOutput(output.toFile()).start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("it did not end: " + Files.readString(output));
    }
    return new Ended(process.exitValue(), Files.readString(output));
  }
}
