package dev.countersign.server;

import dev.countersign.postgres.PostgresUnavailable;
import dev.countersign.server.config.OwnerOnlyFile;
import dev.countersign.server.config.StartRefused;
import dev.countersign.server.demo.Packs;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Starts the server: `serve` for work, `demo` to look around.
///
/// What the command line says becomes configuration; everything else is the same start.
@QuarkusMain
public final class Main {
  private Main() {}

  public static void main(String... args) {
    System.exit(
        new CommandLine(new Root())
            .setParameterExceptionHandler(Main::misused)
            .execute(args.length == 0 ? new String[] {"serve"} : args));
  }

  private static int misused(CommandLine.ParameterException wrong, String[] args) {
    var message = said(wrong);
    var meant =
        wrong instanceof CommandLine.UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions().stream().findFirst()
            : Optional.<String>empty();
    // The first letter is picocli's; ours are small.
    complain(
        message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1),
        meant.map(word -> "did you mean `" + word + "`? ").orElse("")
            + "try `countersign "
            + wrong.getCommandLine().getCommandName()
            + " --help`");
    return CommandLine.ExitCode.USAGE;
  }

  private static String said(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
  }

  static void complain(String message, String hint) {
    System.err.println("countersign: " + message);
    System.err.println("hint: " + hint);
  }

  @Command(
      name = "countersign",
      subcommands = {Serve.class, Demo.class},
      mixinStandardHelpOptions = true)
  private static final class Root implements Runnable {
    @Override
    public void run() {
      CommandLine.usage(this, System.out);
    }
  }

  /// What both commands take.
  private abstract static class Start implements Callable<Integer> {
    private static final String PORT = "quarkus.http.port";
    private static final String DATA_DIR = "countersign.data-dir";

    @Option(
        names = "--port",
        description = "where to listen on this machine (default: ${DEFAULT-VALUE})")
    int port = Integer.parseInt(configured(PORT, "8080"));

    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "keys, logs and the embedded database (default: ${DEFAULT-VALUE})")
    Path dataDir = Path.of(configured(DATA_DIR, "countersign-data"));

    @Override
    public Integer call() {
      if (port < 1 || port > 65_535) {
        complain("`" + port + "` is not a port", "use 1 to 65535");
        return CommandLine.ExitCode.USAGE;
      }
      if (taken()) {
        complain("port " + port + " is in use", "stop what uses it or choose another --port");
        return CommandLine.ExitCode.SOFTWARE;
      }
      try {
        // Before anything is made, so that a mistyped option leaves nothing behind.
        check();
      } catch (StartRefused refused) {
        complain(said(refused), refused.hint());
        return CommandLine.ExitCode.USAGE;
      }
      System.setProperty(PORT, Integer.toString(port));
      System.setProperty(DATA_DIR, dataDir.toAbsolutePath().toString());
      try {
        // Before the log file makes it: nobody else may look into it.
        OwnerOnlyFile.folder(dataDir);
      } catch (StartRefused refused) {
        complain(said(refused), refused.hint());
        return CommandLine.ExitCode.SOFTWARE;
      }
      System.setProperty(
          "quarkus.log.file.path", dataDir.resolve("log").resolve("server.log").toString());
      configure();
      Quarkus.run(null, Main::ended);
      return CommandLine.ExitCode.OK;
    }

    /// What configuration says where the command line is silent: a property, else the environment.
    static String configured(String name, String otherwise) {
      var variable = System.getenv(name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
      return System.getProperty(name, Objects.requireNonNullElse(variable, otherwise));
    }

    private boolean taken() {
      try (var probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress("localhost", port));
        return false;
      } catch (IOException e) {
        return true;
      }
    }

    /// Throws [StartRefused] if a start with these options cannot come to a good end.
    abstract void check();

    abstract void configure();
  }

  @Command(
      name = "serve",
      description = "Starts the server. Configuration: docs/configuration.md.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Serve extends Start {
    @Override
    void check() {}

    @Override
    void configure() {
      System.setProperty("quarkus.log.console.json.enabled", "true");
    }
  }

  @Command(
      name = "demo",
      description = "Starts the server with a demo tenant; its keys are in <data-dir>/demo.json.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  private static final class Demo extends Start {
    private static final String PACKS = "countersign.demo-packs";

    @Option(names = "--no-browser", description = "do not open the API's documentation page")
    boolean noBrowser;

    @Option(
        names = "--packs",
        paramLabel = "NAMES",
        description = "which packs a new demo begins with, commas between (default: all)")
    Optional<String> packs = Optional.empty();

    @Override
    void check() {
      var folder = configured("countersign.packs", "");
      var names = packs.orElse(configured(PACKS, ""));
      // Not known here is what a file of configuration says; the launcher always says the folder.
      if (!folder.isEmpty() && (packs.isPresent() || !names.isEmpty())) {
        Packs.require(Path.of(folder), List.of(names.split(",", -1)));
      }
    }

    @Override
    void configure() {
      packs.ifPresent(names -> System.setProperty(PACKS, names));
      System.setProperty("countersign.demo", "true");
      System.setProperty("countersign.open-browser", Boolean.toString(!noBrowser));
      System.setProperty("quarkus.log.console.level", "WARN");
    }
  }

  /// The end of the application: a refused start says in one line why.
  private static void ended(int code, Throwable failure) {
    if (failure != null) {
      explain(failure);
      Runtime.getRuntime().halt(1);
    }
    Runtime.getRuntime().halt(code);
  }

  private static void explain(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case StartRefused refused -> {
          complain(said(refused), refused.hint());
          return;
        }
        case PostgresUnavailable away -> {
          complain(said(away), away.hint());
          return;
        }
        default -> {}
      }
    }
    var root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    complain(
        "the server could not start: " + said(root),
        "set COUNTERSIGN_DEBUG=1 to see where it failed");
    if (System.getenv("COUNTERSIGN_DEBUG") != null) {
      failure.printStackTrace();
    }
  }
}
