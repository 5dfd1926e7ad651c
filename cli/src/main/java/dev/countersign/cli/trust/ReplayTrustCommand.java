package dev.countersign.cli.trust;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.console.LazyProgress;
import dev.countersign.cli.ledger.GivenKeys;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.ledger.ExportReader;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.Verdict;
import dev.countersign.trust.Profile;
import dev.countersign.trust.replay.LoggedTrust;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign trust replay`.
@Command(
    name = "replay",
    description = "Fold the trust that an export tells of again, offline.",
    footer = {
      "",
      "Entries carry what trust scopes heard, and the digest of the state that came of it. This folds",
      "it once more, from each scope's beginning, and names the first entry of each scope at which",
      "another state comes of it: a stage that was not earned is found. Neither the server nor its",
      "database is needed. With --key the export is verified as it is read; without, an entry that",
      "nobody logged is believed.",
      "Exit codes: 0 if nothing differs, 1 if something does or the export is refused, 2 if a key or",
      "the export is not usable for this. What cannot be folded, since it is erased, is said.",
      "",
      "Examples:",
      "  countersign trust replay export.jsonl --key log.vkey",
      "  countersign trust replay export.jsonl --key log.vkey --witness witness.vkey --json",
      "  countersign trust replay export.jsonl --profile demo"
    })
public final class ReplayTrustCommand extends Help implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "EXPORT", description = "A tenant's whole log, as it was exported.")
  private Path file = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "The log's verifier key, or a file (also @FILE) with one a line.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--witness",
      paramLabel = "KEY",
      description = "A witness that must have cosigned, in the same forms.")
  private List<String> witnesses = new ArrayList<>();

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description =
          "`standard` or `demo`: what the tenant began as, if the entry that tells it is erased.")
  private Optional<String> profile = Optional.empty();

  @Option(names = "--json", description = "Print one object, for programs.")
  private boolean json;

  public ReplayTrustCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var log = new LoggedTrust(profile.map(ReplayTrustCommand::known));
    var report = new ReplayReport(file, verdict(log), log.findings());
    if (json) {
      console.out().println(JsonWriter.text(report.json()));
    } else {
      report.lines().forEach(console.out()::println);
    }
    console.out().flush();
    return report.sound() ? ExitCode.DONE : ExitCode.SOMETHING_WRONG;
  }

  /// Reads the export into `log`; empty if nobody asked to verify it.
  private Optional<Verdict> verdict(LoggedTrust log) {
    if (keys.isEmpty() && !witnesses.isEmpty()) {
      throw new CommandFailure.NotUsable(
          "a witness alone verifies nothing", "give the log's key with --key, too");
    }
    var verifier =
        keys.isEmpty()
            ? Optional.<ExportVerifier>empty()
            : Optional.of(new ExportVerifier(GivenKeys.trusted(keys, witnesses)));
    try (var progress = new LazyProgress(console, "replay")) {
      if (verifier.isPresent()) {
        var verdict = verifier.get().verify(file, progress::at, log::follow);
        if (verdict instanceof Verdict.Verified) {
          whole();
        }
        return Optional.of(verdict);
      }
      whole();
      ExportReader.entries(file, progress::at, log::follow);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      throw new CommandFailure.NotUsable(
          "there is no `" + file + "`", "GET /v1/ledger/export writes one");
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read: " + e.getMessage(), "is it yours?", e);
    } catch (MalformedLedgerData e) {
      throw new CommandFailure.Failed(
          "`" + file + "` is no whole export: " + e.getMessage(),
          "`countersign ledger verify` says exactly what is wrong with it",
          e);
    }
  }

  /// A state depends on all that was heard before, so a later part of a log can't be folded.
  private void whole() throws IOException {
    if (ExportReader.header(file).from() != null) {
      throw new CommandFailure.NotUsable(
          "`" + file + "` is of a period and lacks what was heard before it",
          "export the log from its beginning, without `from`");
    }
  }

  private static Profile known(String word) {
    return Profile.parse(word)
        .orElseThrow(() ->
            new CommandFailure.NotUsable(
                "there is no profile `" + word + "`", "one of standard, demo"));
  }
}
