package dev.countersign.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs PostgreSQL's programs.
///
/// PostgreSQL refuses to run as root. There a program runs in a user namespace of its own, in which
/// it is nobody in particular, yet still the owner of root's files.
final class Programs {

  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
  // Enough for a chain of PostgreSQL's messages, still one readable line.
  private static final int SHOWN_CHARACTERS = 1000;

  private final Path bin;
  private final List<String> prefix;

  private Programs(Path bin, List<String> prefix) {
    this.bin = bin;
    this.prefix = prefix;
  }

  /// How a program ended: its exit code and what it said.
  record Ended(int code, String output) {
    boolean well() {
      return code == 0;
    }
  }

  static Programs in(Path bin) {
    if (!Platform.runsAsRoot()) {
      return new Programs(bin, List.of());
    }
    var inNamespace = new Programs(bin, List.of("unshare", "-U"));
    if (!inNamespace.startsAtAll()) {
      throw new PostgresUnavailable.Unsupported(
          "PostgreSQL does not run as root, and user namespaces are not allowed here",
          "run as another user, allow user namespaces (`unshare -U true` must succeed), or set"
              + " `countersign.database.url` to a PostgreSQL of your own");
    }
    return inNamespace;
  }

  private boolean startsAtAll() {
    try {
      return run(Path.of("/"), Path.of("/"), PROBE_LIMIT, List.of("true")).well();
    } catch (PostgresUnavailable.Failed absent) {
      return false;
    }
  }

  Path bin() {
    return bin;
  }

  /// Runs a program of PostgreSQL on a cluster and waits for its end.
  ///
  /// @param directory the working directory
  Ended run(String program, Path directory, Path cluster, Duration limit, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(bin.resolve(program).toString());
    command.addAll(arguments);
    return run(directory, cluster, limit, command);
  }

  private Ended run(Path directory, Path cluster, Duration limit, List<String> command) {
    var whole = new ArrayList<>(prefix);
    whole.addAll(command);
    Path output = null;
    try {
      // A file, not a pipe: what the program leaves running may hold a pipe open for ever.
      output = Files.createTempFile("countersign-postgres", ".out");
      var builder =
          new ProcessBuilder(whole)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      // PGOPTIONS, PGPORT and their like would change what we start.
      builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
      builder.environment().put("LC_ALL", "C");
      // Not as an argument: pg_ctl would pass it through a shell.
      builder.environment().put("PGDATA", cluster.toString());
      var process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Ended(-1, "no end after %d s".formatted(limit.toSeconds()));
      }
      return new Ended(process.exitValue(), shortened(Files.readString(output)));
    } catch (IOException failure) {
      throw new PostgresUnavailable.Failed(
          "cannot run `%s`: %s".formatted(whole.getFirst(), failure.getMessage()),
          "is it there, and is there space on the disk?",
          failure);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new PostgresUnavailable.Failed(
          "interrupted while `%s` ran".formatted(command.getFirst()), "start again", interruption);
    } finally {
      Directories.deleteQuietly(output);
    }
  }

  /// The end of what was said, on one line.
  static String shortened(String text) {
    var line = text.strip().replaceAll("\\s*\\R\\s*", " | ");
    return line.length() <= SHOWN_CHARACTERS
        ? line
        : "… " + line.substring(line.length() - SHOWN_CHARACTERS);
  }
}
