package dev.countersign.cli;

import dev.countersign.cli.approvals.ApprovalsCommand;
import dev.countersign.cli.approvals.ApproveCommand;
import dev.countersign.cli.approvals.DeferCommand;
import dev.countersign.cli.approvals.DelegateCommand;
import dev.countersign.cli.approvals.GrantCommand;
import dev.countersign.cli.approvals.HistoryCommand;
import dev.countersign.cli.approvals.ListCommand;
import dev.countersign.cli.approvals.RejectCommand;
import dev.countersign.cli.approvals.ShowCommand;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.keys.CreateKeyCommand;
import dev.countersign.cli.keys.KeysCommand;
import dev.countersign.cli.keys.ListKeysCommand;
import dev.countersign.cli.keys.RevokeKeyCommand;
import dev.countersign.cli.keys.RotateKeyCommand;
import dev.countersign.cli.ledger.AlarmsCommand;
import dev.countersign.cli.ledger.CreateLogKeyCommand;
import dev.countersign.cli.ledger.FsckCommand;
import dev.countersign.cli.ledger.KeyCommand;
import dev.countersign.cli.ledger.LedgerCommand;
import dev.countersign.cli.ledger.ListLogKeysCommand;
import dev.countersign.cli.ledger.OrphansCommand;
import dev.countersign.cli.ledger.RetireLogKeyCommand;
import dev.countersign.cli.ledger.VerifyCommand;
import dev.countersign.cli.policy.LintCommand;
import dev.countersign.cli.policy.PolicyCommand;
import dev.countersign.cli.policy.SimulatePolicyCommand;
import dev.countersign.cli.policy.TestCommand;
import dev.countersign.cli.replay.ReplayCommand;
import dev.countersign.cli.simulate.SimulateCommand;
import dev.countersign.cli.tenant.CreateTenantCommand;
import dev.countersign.cli.tenant.TenantCommand;
import dev.countersign.cli.trust.ExplainCommand;
import dev.countersign.cli.trust.ModelsCommand;
import dev.countersign.cli.trust.ReplayTrustCommand;
import dev.countersign.cli.trust.ScopesCommand;
import dev.countersign.cli.trust.SimulateTrustCommand;
import dev.countersign.cli.trust.TrainCommand;
import dev.countersign.cli.trust.TrustCommand;
import dev.countersign.cli.trust.VerifyCertificateCommand;
import dev.countersign.policy.cel.CelConditions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// Runs a command, and turns whatever goes wrong into one line, a hint and an exit code.
public final class Main {
  // A command that is interrupted has to close a bar and say a line.
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private Main() {}

  public static void main(String[] arguments) {
    // The database's classes bring a logging interface that nobody listens to, and that says so.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    var ended = new AtomicBoolean();
    var worker = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(worker, ended), "ctrl-c"));
    int code = run(Console.ofProcess(), System.getenv(), arguments);
    // When the shutdown has begun, it is Ctrl-C: it goes on once this thread has ended.
    if (ended.compareAndSet(false, true)) {
      System.exit(code);
    }
  }

  private static void interrupt(Thread worker, AtomicBoolean ended) {
    if (ended.compareAndSet(false, true)) {
      worker.interrupt();
      try {
        worker.join(FAREWELL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Runs one command line and yields its exit code.
  static int run(Console console, Map<String, String> environment, String... arguments) {
    boolean debug = "1".equals(environment.get("COUNTERSIGN_DEBUG"));
    return commandLine(console, environment)
        .setOut(console.out())
        .setErr(console.err())
        .setUsageHelpWidth(96)
        .setUsageHelpAutoWidth(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((failure, _) -> misunderstood(console, failure))
        .setExecutionExceptionHandler((failure, _, _) -> failed(console, debug, failure))
        .execute(arguments);
  }

  static CommandLine commandLine(Console console, Map<String, String> environment) {
    var installation = Installation.of(environment);
    var clock = Clock.systemUTC();
    var ledger =
        new CommandLine(new LedgerCommand())
            .addSubcommand(new VerifyCommand(console))
            .addSubcommand(new FsckCommand(console, environment))
            .addSubcommand(new OrphansCommand(console))
            .addSubcommand(new AlarmsCommand(console, environment, clock))
            .addSubcommand(
                new CommandLine(new KeyCommand())
                    .addSubcommand(new ListLogKeysCommand(console, environment, clock))
                    .addSubcommand(new CreateLogKeyCommand(console, environment, clock))
                    .addSubcommand(new RetireLogKeyCommand(console, environment, clock)));
    var policy =
        new CommandLine(new PolicyCommand())
            .addSubcommand(new LintCommand(console, CelConditions::new))
            .addSubcommand(new TestCommand(console, CelConditions::new))
            .addSubcommand(new SimulatePolicyCommand(console, new SecureRandom()));
    var tenant =
        new CommandLine(new TenantCommand())
            .addSubcommand(new CreateTenantCommand(console, new SecureRandom()));
    var keys =
        new CommandLine(new KeysCommand())
            .addSubcommand(new ListKeysCommand(console, new SecureRandom()))
            .addSubcommand(new CreateKeyCommand(console, new SecureRandom()))
            .addSubcommand(new RotateKeyCommand(console, new SecureRandom()))
            .addSubcommand(new RevokeKeyCommand(console, new SecureRandom()));
    var approvals =
        new CommandLine(new ApprovalsCommand())
            .addSubcommand(new ListCommand(console, new SecureRandom()))
            .addSubcommand(new ShowCommand(console, new SecureRandom()))
            .addSubcommand(new ApproveCommand(console, new SecureRandom()))
            .addSubcommand(new DelegateCommand(console, new SecureRandom()))
            .addSubcommand(new GrantCommand(console, new SecureRandom()))
            .addSubcommand(new RejectCommand(console, new SecureRandom()))
            .addSubcommand(new DeferCommand(console, new SecureRandom()))
            .addSubcommand(new HistoryCommand(console, new SecureRandom()));
    return new CommandLine(new Root())
        .addSubcommand(new ReplayCommand(console, installation::replayFile, new SecureRandom()))
        .addSubcommand(new SimulateCommand(console, installation::simulation, new SecureRandom()))
        .addSubcommand(ledger)
        .addSubcommand(policy)
        .addSubcommand(tenant)
        .addSubcommand(keys)
        .addSubcommand(approvals)
        .addSubcommand(
            new CommandLine(new TrustCommand())
                .addSubcommand(new ScopesCommand(console, new SecureRandom()))
                .addSubcommand(new ExplainCommand(console, new SecureRandom()))
                .addSubcommand(new ModelsCommand(console, new SecureRandom()))
                .addSubcommand(new TrainCommand(console, new SecureRandom()))
                .addSubcommand(new VerifyCertificateCommand(console, clock))
                .addSubcommand(new ReplayTrustCommand(console))
                .addSubcommand(new SimulateTrustCommand(console)))
        .addSubcommand(new VersionCommand(console, installation));
  }

  private static int misunderstood(Console console, ParameterException failure) {
    var help = "`" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help`";
    console.failure(
        decapitalised(String.valueOf(failure.getMessage())),
        Meant.by(failure).map(word -> "did you mean `" + word + "`? " + help).orElse(help));
    return ExitCode.NOT_UNDERSTOOD;
  }

  private static int failed(Console console, boolean debug, Exception failure) {
    if (debug) {
      failure.printStackTrace(console.err());
    }
    if (failure instanceof CommandFailure known) {
      console.failure(known);
      return known.exitCode();
    }
    console.failure(
        "unexpected: " + failure, "this is a fault of ours; COUNTERSIGN_DEBUG=1 shows where");
    return ExitCode.SOMETHING_WRONG;
  }

  /// The first letter is picocli's; ours are small.
  private static String decapitalised(String message) {
    return message.isEmpty()
        ? message
        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  /// The program itself, which does nothing without a command.
  @Command(
      name = "countersign",
      description = "Let software act on its own only as far as it has earned.")
  static final class Root extends Help {}
}
