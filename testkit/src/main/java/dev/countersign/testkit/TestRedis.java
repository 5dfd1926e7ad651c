package dev.countersign.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// A real Redis in a process of its own, which a test may kill, freeze and start again on the same
/// port.
///
/// It is the one that `COUNTERSIGN_REDIS_SERVER` names, else the one that embedded-redis brings.
public final class TestRedis implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path program;
  private final int port;
  private Process process;

  private TestRedis(Path program, int port, Process process) {
    this.program = program;
    this.port = port;
    this.process = process;
  }

  public static TestRedis start() {
    try {
      int port = freePort();
      var program = program();
      return new TestRedis(program, port, launch(program, port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where nothing listens: a server that is away from the start.
  public static TestRedis away() {
    var redis = start();
    redis.kill();
    return redis;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /// Ends it as a power cut would.
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /// Starts it again, empty, where it was.
  public void restart() {
    try {
      process = launch(program, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets it keep its connections and answer nothing.
  public void freeze() {
    freeze(process.pid());
  }

  public void thaw() {
    thaw(process.pid());
  }

  /// The number of its process, for a test that has nothing else of it.
  public long pid() {
    return process.pid();
  }

  public static void freeze(long pid) {
    signal("STOP", pid);
  }

  public static void thaw(long pid) {
    signal("CONT", pid);
  }

  private static void signal(String name, long pid) {
    try {
      int code =
          new ProcessBuilder("bash", "-c", "kill -s %s %d".formatted(name, pid)).start().waitFor();
      if (code != 0) {
        throw new AssertionError("the signal " + name + " was not sent");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Process launch(Path program, int port) throws IOException {
    var process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "--port",
                    Integer.toString(port),
                    "--bind",
                    "127.0.0.1",
                    "--save",
                    "",
                    "--appendonly",
                    "no"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Await.until("redis is ready", PATIENCE, () -> answers(process, port));
    return process;
  }

  private static boolean answers(Process process, int port) {
    if (!process.isAlive()) {
      throw new AssertionError("redis ended with " + process.exitValue());
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  private static Path program() throws IOException {
    var named = System.getenv("COUNTERSIGN_REDIS_SERVER");
    return named == null ? unpacked() : Path.of(named);
  }

  private static Path unpacked() throws IOException {
    var folder = Files.createDirectories(Path.of("target", "redis"));
    var program = folder.resolve(resource().substring(1)).toAbsolutePath();
    if (!Files.exists(program)) {
      var fresh =
          Files.createTempFile(
              folder,
              "redis",
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (var bytes =
          Objects.requireNonNull(TestRedis.class.getResourceAsStream(resource()), resource())) {
        Files.copy(bytes, fresh, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
      Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
    }
    return program;
  }

  private static String resource() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    if (mac) {
      return "/redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64");
    }
    return arm ? "/redis-server-6.2.7-linux-arm64" : "/redis-server-6.2.6-v5-linux-amd64";
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
