package dev.countersign.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A PostgreSQL that runs on a cluster, as its `postmaster.pid` tells.
record Postmaster(ProcessHandle process, int port) {

  private static final int PORT_LINE = 3;

  /// The living server of this cluster.
  ///
  /// A pid file whose process is gone stays for PostgreSQL to clear, which also looks for leftover
  /// children. One whose number now belongs to some other program is removed here: PostgreSQL would
  /// take that program for a server and refuse.
  static Optional<Postmaster> of(Path cluster) throws IOException {
    var file = cluster.resolve("postmaster.pid");
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException stopped) {
      return Optional.empty();
    }
    if (lines.size() <= PORT_LINE) {
      return Optional.empty();
    }
    try {
      var process = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
      if (process.isEmpty()) {
        return Optional.empty();
      }
      if (!runsOn(process.get(), cluster)) {
        Files.deleteIfExists(file);
        return Optional.empty();
      }
      return Optional.of(
          new Postmaster(process.get(), Integer.parseInt(lines.get(PORT_LINE).strip())));
    } catch (NumberFormatException torn) {
      return Optional.empty();
    }
  }

  /// Whether a process is a PostgreSQL whose working directory is the cluster, which is what
  /// PostgreSQL makes it. Where the system does not show that (macOS), the program's name must do;
  /// the server is asked for its directory once we are connected.
  static boolean runsOn(ProcessHandle process, Path cluster) {
    var command = process.info().command();
    if (!process.isAlive() || command.filter(path -> isPostgres(path)).isEmpty()) {
      return false;
    }
    var shown = Path.of("/proc", Long.toString(process.pid()), "cwd");
    try {
      return !Files.exists(Path.of("/proc/self/cwd")) || Files.isSameFile(shown, cluster);
    } catch (IOException gone) {
      return false;
    }
  }

  // Linux marks the program of a running process whose file was replaced.
  private static boolean isPostgres(String command) {
    return command.endsWith("/postgres") || command.endsWith("/postgres (deleted)");
  }
}
