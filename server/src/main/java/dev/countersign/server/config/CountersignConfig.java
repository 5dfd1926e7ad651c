package dev.countersign.server.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/// Every setting of ours, with its default; docs/configuration.md lists them and a test compares.
///
/// Given as `countersign.<name>` in `application.yaml` or a system property, or as an environment
/// variable in capitals with underscores. An unknown key stops the start.
@ConfigMapping(prefix = "countersign")
public interface CountersignConfig {

  /// The folder that holds keys, logs and, unless `database.url` is set, the database itself.
  @WithDefault("countersign-data")
  Path dataDir();

  /// Whether to create the demo tenant at the start; `countersign demo` sets it.
  @WithDefault("false")
  boolean demo();

  /// Whether to open the API's documentation in a browser once the demo is ready.
  @WithDefault("false")
  boolean openBrowser();

  /// The folder with the scenario packs that the demo tenant begins with.
  @WithDefault("packs")
  Path packs();

  /// Under which address clients know this server, such as `https://pdp.example.com`; without it
  /// the port on this machine. It stands in what the server publishes about itself.
  Optional<String> publicUrl();

  Database database();

  Ledger ledger();

  /// Where things are stored.
  interface Database {
    /// A JDBC URL of a PostgreSQL 16 or newer; without it the server starts one of its own.
    Optional<String> url();

    /// A login that may create roles and owns the database; used at the start only.
    Optional<String> adminUsername();

    Optional<String> adminPassword();

    /// A secret of at least 32 characters from which the passwords of the restricted roles are
    /// derived; the same on every node.
    Optional<String> roleSecret();

    /// Connections for requests of this node.
    @WithDefault("16")
    int poolSize();
  }

  /// The log.
  interface Ledger {
    /// The log's name, fixed at the first start; `countersign.local/<random>` if it is not given.
    Optional<String> origin();
  }
}
