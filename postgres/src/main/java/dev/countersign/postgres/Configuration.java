package dev.countersign.postgres;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;

/// What `countersign.conf` in the cluster says, which `postgresql.conf` includes last.
///
/// @param text the whole file, in an order that does not change
record Configuration(String text) {

  static final String FILE = "countersign.conf";

  /// @param version of the programs, so that a database of an older one is not adopted
  static Configuration of(Settings settings, String version, int port, int longestSocketPath) {
    var all = new TreeMap<String, String>();

    all.put("cluster_name", "countersign");
    all.put("timezone", "UTC");
    all.put("jit", "off"); // Our statements are short: compiling them costs more than it saves.
    all.put("shared_buffers", "256MB");
    all.put("effective_cache_size", "1GB");
    all.put("random_page_cost", "1.1"); // Seeks are cheap on today's disks.
    // A query of a partitioned table locks each partition and each of its indexes.
    all.put("max_locks_per_transaction", "256");
    // Once made, they are used again: making one stalls a commit for 50 ms.
    all.put("min_wal_size", "1GB");
    all.put("max_wal_size", "2GB"); // Fewer checkpoints, hence fewer whole pages in the WAL.
    all.put("checkpoint_timeout", "15min");
    all.put("wal_compression", "on");
    // A caller whose machine is gone gives its locks back after about two minutes.
    all.put("tcp_keepalives_idle", "60");
    all.put("tcp_keepalives_interval", "10");
    all.put("tcp_keepalives_count", "6");

    all.put("log_line_prefix", "%m [%p] %u@%d ");
    all.put("log_timezone", "UTC");
    all.put("log_filename", "postgres-%a.log"); // One a weekday, overwritten a week later.
    all.put("log_truncate_on_rotation", "on");
    all.put("log_rotation_age", "1d");
    all.put("log_rotation_size", "0");
    all.put("log_checkpoints", "off");

    all.putAll(settings.extra());

    all.put("logging_collector", "on");
    all.put("log_directory", "../log");
    all.put("listen_addresses", "127.0.0.1");
    all.put("port", Integer.toString(port));
    all.put("unix_socket_directories", socketFolder(settings.directory(), longestSocketPath));
    all.put("unix_socket_permissions", "0700");
    all.put("password_encryption", "scram-sha-256");
    all.put("max_connections", Integer.toString(settings.maxConnections()));
    all.put("fsync", settings.durability().flag());
    all.put("synchronous_commit", settings.durability().flag());
    all.put("full_page_writes", settings.durability().flag());

    var lines =
        new StringBuilder("# Written at each start: edits are lost. PostgreSQL " + version + "\n");
    all.forEach(
        (name, value) -> lines.append(name).append(" = '").append(quoted(value)).append("'\n"));
    return new Configuration(lines.toString());
  }

  private static String quoted(String value) {
    return value.replace("\\", "\\\\").replace("'", "''");
  }

  /// The data directory if a socket's path fits and needs no quoting of its own, else none.
  private static String socketFolder(Path directory, int longest) {
    var socket = directory.resolve(".s.PGSQL.65535").toString();
    var fits = socket.getBytes(StandardCharsets.UTF_8).length <= longest;
    var plain = socket.chars().noneMatch(c -> c == ',' || c == '"' || Character.isISOControl(c));
    return fits && plain ? directory.toString() : "";
  }
}
