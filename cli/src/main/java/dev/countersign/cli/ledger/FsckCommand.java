package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.ledger.VerifierKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `countersign ledger fsck`.
@Command(
    name = "fsck",
    description = "Read a whole database and recompute everything in its log.",
    footer = {
      "",
      "The server may go on meanwhile. Without --database-url the embedded database of --data-dir",
      "is read, by the owner-only files there; it must be running.",
      "",
      "Examples:",
      "  countersign ledger fsck --data-dir countersign-data",
      "  PGPASSWORD=… countersign ledger fsck --user countersign_fsck \\",
      "    --database-url jdbc:postgresql://db:5432/countersign --checkpoint checkpoint.txt"
    })
public final class FsckCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final Map<String, String> environment;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The server's data directory; countersign-data if nothing is given.")
  private Optional<Path> dataDir = Optional.empty();

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "A JDBC URL; the password is taken from PGPASSWORD.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "The login for --database-url; ${DEFAULT-VALUE} if not given.")
  private String user = "countersign_fsck";

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "A signed checkpoint that the database must hold.")
  private Optional<Path> checkpoint = Optional.empty();

  @Option(
      names = "--content-keys",
      paramLabel = "DIR",
      description =
          "The folder with the secrets of the content; the data directory's if not given.")
  private Optional<Path> contentKeys = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "The log's verifier key, or a file with it.")
  private List<String> keys = new ArrayList<>();

  public FsckCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  @Override
  public Integer call() {
    if (url.isPresent() && dataDir.isPresent()) {
      throw new CommandFailure.NotUsable(
          "--data-dir and --database-url name two databases", "give one of them");
    }
    var state = url.map(this::external).orElseGet(this::embedded);
    console.out().println("fsck: " + state.line());
    return state.sound() ? ExitCode.DONE : ExitCode.SOMETHING_WRONG;
  }

  private LedgerState embedded() {
    if (!keys.isEmpty() || checkpoint.isPresent()) {
      throw new CommandFailure.NotUsable(
          "--key and --checkpoint go with --database-url", "a data directory has its own");
    }
    return new DatabaseCheck(console)
        .embedded(dataDir.orElse(Path.of("countersign-data")), contentKeys);
  }

  private LedgerState external(String address) {
    var password = environment.getOrDefault("PGPASSWORD", "");
    List<VerifierKey> trusted =
        keys.isEmpty() ? List.of() : GivenKeys.trusted(keys, List.of()).log();
    return new DatabaseCheck(console)
        .check(
            EmbeddedDatabase.at(address, user, password),
            contentKeys,
            checkpoint.map(DatabaseCheck::note).stream().toList(),
            trusted);
  }
}
