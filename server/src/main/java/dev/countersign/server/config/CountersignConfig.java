package dev.countersign.server.config;

import dev.countersign.identity.WhenUnavailable;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  /// Which of them it begins with, by their names with commas between; all if it is not given.
  Optional<List<String>> demoPacks();

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

    /// The folder with the secrets under which content is sealed, `ledger/content-keys` in the data
    /// directory if it is not given; several nodes share one.
    Optional<Path> contentKeys();

    /// How many witnesses must have cosigned a checkpoint before it is shown to anyone; 0 shows
    /// what this node signed.
    @WithDefault("0")
    int quorum();

    /// Who is asked to cosign our checkpoints, by a name of yours.
    Map<String, Asked> witnesses();

    /// A witness that is asked.
    interface Asked {
      /// Its submission prefix (C2SP tlog-witness), `https://host/path`.
      URI url();

      /// Its verifier keys, with commas between them; all of one name.
      List<String> keys();

      /// Whether it is run by you: then it is asked every second instead of every minute.
      @WithDefault("false")
      boolean own();
    }
  }

  Witness witness();

  /// What this server does as a witness for other logs; it is none unless it watches one.
  interface Witness {
    /// Its name, fixed at the first start; `countersign.local/witness/<random>` if it is not given.
    Optional<String> name();

    /// The logs that it watches, by a name of yours.
    Map<String, Log> logs();

    /// A log that is watched.
    interface Log {
      /// The first line of its checkpoints; the name of its keys if it is not given.
      Optional<String> origin();

      /// Its verifier keys, with commas between them.
      List<String> keys();
    }
  }

  Webhooks webhooks();

  /// Where events may be sent.
  interface Webhooks {
    /// Networks that are not public and that webhooks may lead to all the same, as CIDR blocks.
    Optional<List<String>> allowedNetworks();

    /// Whether events may be sent by `http`, for anyone on the way to read.
    @WithDefault("false")
    boolean allowHttp();
  }

  Limits limits();

  Proxy proxy();

  /// How often keys may be used, and how often they may fail.
  interface Limits {
    /// Calls in 60 seconds, for keys for which neither they nor their tenant say otherwise.
    @WithDefault("100")
    int calls();

    /// Calls at once.
    @WithDefault("20")
    int burst();

    /// Requests in 60 seconds from one address that have no valid key.
    @WithDefault("60")
    int failures();

    /// Such requests at once.
    @WithDefault("30")
    int failureBurst();

    /// For tenants that did not choose: refuse calls or count them on this node while the server of
    /// the shared buckets does not answer.
    @WithDefault("refuse")
    WhenUnavailable whenUnavailable();

    Redis redis();

    /// Where the buckets of all nodes are.
    interface Redis {
      /// `redis://` or `rediss://` (TLS), with user and password where there are any; without it
      /// each node has buckets of its own.
      Optional<String> url();
    }
  }

  /// What stands between callers and this server.
  interface Proxy {
    /// The proxies whose word on a caller's address is believed, as CIDR blocks.
    Optional<List<String>> trusted();

    /// The header by which they give it.
    @WithDefault("x-forwarded-for")
    Header header();

    /// A header with addresses.
    enum Header {
      X_FORWARDED_FOR,
      FORWARDED
    }
  }
}
