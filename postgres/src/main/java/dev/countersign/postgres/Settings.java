package dev.countersign.postgres;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// How an embedded PostgreSQL is set up: `Settings.in(Path.of("data/postgres"))`, then refined by
/// the `with` methods.
///
/// @param directory holds the cluster, its password and its logs; created when absent
/// @param durability what a commit promises
/// @param maxConnections the most connections at a time, the superuser's included
/// @param extra further settings of `postgresql.conf` by name; they MUST NOT name a setting on
///   which the promises of this package rest
public record Settings(
    Path directory, Durability durability, int maxConnections, SortedMap<String, String> extra) {

  // A pool per node and what the jobs need; each connection costs the database some 10 MB.
  private static final int DEFAULT_CONNECTIONS = 100;
  // PostgreSQL keeps three for the superuser and we need one to check the start.
  private static final int FEWEST_CONNECTIONS = 10;
  // Above this a pooler is the answer, not more processes on one machine.
  private static final int MOST_CONNECTIONS = 1000;

  private static final Pattern NAME =
      Pattern.compile("[a-z][a-z0-9_]{0,62}(\\.[a-z][a-z0-9_]{0,62})?");

  private static final SortedSet<String> RESERVED =
      Collections.unmodifiableSortedSet(
          new TreeSet<>(
              List.of(
                  "config_file",
                  "data_directory",
                  "external_pid_file",
                  "fsync",
                  "full_page_writes",
                  "hba_file",
                  "ident_file",
                  "listen_addresses",
                  "log_directory",
                  "logging_collector",
                  "max_connections",
                  "password_encryption",
                  "port",
                  "synchronous_commit",
                  "unix_socket_directories")));

  public Settings {
    directory = directory.toAbsolutePath().normalize();
    extra = Collections.unmodifiableSortedMap(new TreeMap<>(extra));
    if (maxConnections < FEWEST_CONNECTIONS || maxConnections > MOST_CONNECTIONS) {
      throw new IllegalArgumentException(
          "max connections must be %d to %d, not `%d`"
              .formatted(FEWEST_CONNECTIONS, MOST_CONNECTIONS, maxConnections));
    }
    for (var setting : extra.entrySet()) {
      if (!NAME.matcher(setting.getKey()).matches()) {
        throw new IllegalArgumentException(
            "`%s` is not the name of a setting".formatted(setting.getKey()));
      }
      if (RESERVED.contains(setting.getKey())) {
        throw new IllegalArgumentException(
            "`%s` is not for the caller to set".formatted(setting.getKey()));
      }
      if (setting.getValue().chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "the value of `%s` has a control character".formatted(setting.getKey()));
      }
    }
  }

  /// Durable, a hundred connections.
  public static Settings in(Path directory) {
    return new Settings(directory, Durability.DURABLE, DEFAULT_CONNECTIONS, new TreeMap<>());
  }

  public Settings with(Durability changed) {
    return new Settings(directory, changed, maxConnections, extra);
  }

  public Settings withMaxConnections(int changed) {
    return new Settings(directory, durability, changed, extra);
  }

  /// With a setting of `postgresql.conf`, which wins over ours of the same name.
  public Settings with(String name, String value) {
    var changed = new TreeMap<>(extra);
    changed.put(name, value);
    return new Settings(directory, durability, maxConnections, changed);
  }
}
