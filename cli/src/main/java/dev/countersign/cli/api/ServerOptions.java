package dev.countersign.cli.api;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How a person says which server, and with which keys.
public final class ServerOptions {
  /// As the server's own setting `countersign.data-dir` has it.
  private static final Path DEFAULT_DATA_DIR = Path.of("countersign-data");

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The server's address; without it the one in the keys file.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The data directory of a demo on this machine, where its demo.json is.")
  private Optional<Path> dataDir = Optional.empty();

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description = "A file of the shape of demo.json, for a server elsewhere.")
  private Optional<Path> keys = Optional.empty();

  /// The data directory whose database is this server's; empty if that is not known: with a keys
  /// file or an address alone, the database may be anywhere.
  public Optional<Path> dataDir() {
    return dataDir.isEmpty() && keys.isEmpty() && url.isEmpty()
        ? Optional.of(DEFAULT_DATA_DIR)
        : dataDir;
  }

  /// Reads the keys file that was named.
  public Server server() {
    var file = keys.orElseGet(() -> dataDir.orElse(DEFAULT_DATA_DIR).resolve(Server.DEMO_FILE));
    return Server.read(file, url.map(Server::address));
  }
}
