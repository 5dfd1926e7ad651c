package dev.countersign.cli.journey;

import dev.countersign.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The server as this build packed it, started in a process of its own.
final class PackagedServer {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Path PROGRAM =
      Path.of("..", "server", "target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

  /// Behind date and time.
  private static final Pattern COMPLAINT = Pattern.compile("^\\S+ \\S+ (WARN|ERROR) ");

  private PackagedServer() {}

  static int freePort() throws IOException {
    try (var probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  /// Starts it and waits until it is ready.
  ///
  /// @param data its data directory; what it prints is written beside that
  /// @param settings as options of the Java machine
  /// @param command `serve` or `demo`, and its options
  static Process launch(Path data, int port, List<String> settings, List<String> command)
      throws IOException {
    Files.createDirectories(data.getParent());
    var output = Files.createTempFile(data.getParent(), "server", ".out");
    var process =
        new ProcessBuilder(line(data, port, settings, command))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Await.until(
        "the server is ready",
        PATIENCE,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the server ended: " + read(output));
          }
          return read(output).contains("Countersign is ready at http://localhost:" + port);
        });
    return process;
  }

  /// The whole command line.
  static List<String> line(Path data, int port, List<String> settings, List<String> command) {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        List.of(
            "-Xmx1g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dcountersign.packs=" + Path.of("..", "packs").toAbsolutePath()));
    line.addAll(settings);
    line.addAll(List.of("-jar", PROGRAM.toString()));
    line.addAll(command);
    line.addAll(List.of("--port", Integer.toString(port), "--data-dir", data.toString()));
    return line;
  }

  /// What those that were launched on this directory logged at WARN and ERROR so far.
  static List<String> complaints(Path data) throws IOException {
    try (var files = Files.newDirectoryStream(data.getParent(), "server*.out")) {
      var found = new ArrayList<String>();
      for (var file : files) {
        found.addAll(read(file).lines().filter(line -> COMPLAINT.matcher(line).find()).toList());
      }
      return found;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
