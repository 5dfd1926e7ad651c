package dev.countersign.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/// A data directory: the password, the logs and, in `cluster`, PostgreSQL's own files.
///
/// `initdb` works on `cluster.new`, which gets its name once it is whole: what an interrupted one
/// leaves is thrown away. The password is on the disk before `initdb` reads it.
final class Cluster {

  static final String SUPERUSER = "postgres";

  private static final Duration INITDB_LIMIT = Duration.ofMinutes(3);
  // An empty cluster with its first WAL segments is 60 MB.
  private static final long NEEDED_BYTES = 200L << 20;
  private static final int PASSWORD_BYTES = 24; // 192 bits: beyond guessing.
  // A week of logs is seven files; one that grew beyond this in a day is dropped at the next start.
  private static final long LARGEST_LOG_BYTES = 64L << 20;
  private static final int SHOWN_LOG_LINES = 4;
  private static final String START_LOG = "log/start.log";

  private final Path directory;
  private final Programs programs;
  private final String majorVersion;

  Cluster(Path directory, Programs programs, String majorVersion) {
    this.directory = directory;
    this.programs = programs;
    this.majorVersion = majorVersion;
  }

  Path files() {
    return directory.resolve("cluster");
  }

  /// Makes the cluster where there is none yet.
  ///
  /// @return the superuser's password
  String initialised(Durability durability) throws IOException {
    var passwordFile = directory.resolve("superuser-password");
    Directories.createOwnerOnly(directory.resolve("log"));
    if (Files.exists(files())) {
      requireSameMajorVersion();
      if (!Files.exists(passwordFile)) {
        throw new PostgresUnavailable.Failed(
            "`%s` is missing".formatted(passwordFile),
            "restore that file: it holds the password of the superuser");
      }
    } else {
      Directories.requireSpace(directory, NEEDED_BYTES);
      if (!Files.exists(passwordFile)) {
        Directories.writeOwnerOnly(passwordFile, randomPassword() + "\n");
      }
      initialise(passwordFile, durability);
    }
    return Files.readString(passwordFile).strip();
  }

  private void initialise(Path passwordFile, Durability durability) throws IOException {
    var half = directory.resolve("cluster.new");
    Directories.delete(half);
    var arguments =
        new ArrayList<>(
            List.of(
                "--username=" + SUPERUSER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                // Whoever needs a file of the write-ahead log that is not there yet makes it: one
                // of the usual 16 MB stalls a commit, and all who wait for it, for 50 ms.
                "--wal-segsize=1",
                "--no-instructions"));
    if (durability == Durability.TESTS_ONLY) {
      arguments.add("--no-sync");
    }
    var ended = programs.run("initdb", directory, half, INITDB_LIMIT, arguments);
    if (!ended.well()) {
      throw new PostgresUnavailable.Failed(
          "initdb failed in `%s`: %s".formatted(directory, ended.output()),
          "is there space, and can this user use every folder above it?");
    }
    Files.writeString(
        half.resolve("postgresql.conf"),
        "\ninclude '" + Configuration.FILE + "'\n",
        StandardOpenOption.APPEND);
    Directories.writeOwnerOnly(half.resolve(Configuration.FILE), "");
    Directories.move(half, files());
  }

  private void requireSameMajorVersion() throws IOException {
    var found = Files.readString(files().resolve("PG_VERSION")).strip();
    if (!found.equals(majorVersion)) {
      throw new PostgresUnavailable.Unsupported(
          "`%s` was made by PostgreSQL %s and we bring %s".formatted(files(), found, majorVersion),
          "dump it with the version that made it and restore it into a new data directory");
    }
  }

  private static String randomPassword() {
    var bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  boolean isConfiguredAs(Configuration configuration) throws IOException {
    var file = files().resolve(Configuration.FILE);
    return Files.exists(file) && Files.readString(file).equals(configuration.text());
  }

  /// Starts PostgreSQL and waits until it takes connections.
  ///
  /// `pg_ctl` puts it into a session of its own, so that Ctrl-C in a terminal reaches us alone.
  Programs.Ended start(Configuration configuration, Duration limit) throws IOException {
    Directories.writeOwnerOnly(files().resolve(Configuration.FILE), configuration.text());
    for (var log : logs()) {
      if (Files.size(log) > LARGEST_LOG_BYTES || log.endsWith(START_LOG)) {
        Files.delete(log);
      }
    }
    // The log's path is relative, for pg_ctl passes it through a shell.
    return programs.run(
        "pg_ctl",
        directory,
        files(),
        limit.plusSeconds(10),
        List.of("start", "-w", "-s", "-t", Long.toString(limit.toSeconds()), "-l", START_LOG));
  }

  Programs.Ended stop(String mode, Duration limit) {
    return programs.run(
        "pg_ctl",
        directory,
        files(),
        limit.plusSeconds(5),
        List.of("stop", "-w", "-s", "-m", mode, "-t", Long.toString(limit.toSeconds())));
  }

  /// What the log last said, on one line.
  String lastWords() throws IOException {
    var latest = logs().stream().max(Comparator.comparingLong(log -> log.toFile().lastModified()));
    if (latest.isEmpty()) {
      return "the log is empty";
    }
    var lines = Files.readAllLines(latest.get());
    var end = lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size());
    return Programs.shortened(String.join("\n", end));
  }

  private List<Path> logs() throws IOException {
    try (var files = Files.list(directory.resolve("log"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
