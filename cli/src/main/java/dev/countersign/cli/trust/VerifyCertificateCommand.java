package dev.countersign.cli.trust;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.ExitCode;
import dev.countersign.cli.console.Help;
import dev.countersign.cli.ledger.GivenKeys;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.ledger.SignedNote;
import dev.countersign.trust.certificate.CertificateVerdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `countersign trust verify`.
@Command(
    name = "verify",
    description = "Verify certificates of trust scopes offline, and say what they state.",
    footer = {
      "",
      "A certificate states what a scope had earned when it was issued, for at most 24 hours. Ceilings,",
      "gates and freezes hold above that and are not in it. Neither the server nor its database is needed.",
      "Exit codes: 0 if all are verified, 1 if one is refused, 2 if a key or a file is not usable.",
      "docs/trust.md says what is checked, and in which order.",
      "",
      "Examples:",
      "  countersign trust verify certificate.txt --key log.vkey",
      "  countersign trust verify certificate.txt --key log.vkey --witness witness.vkey --json"
    })
public final class VerifyCertificateCommand extends Help implements Callable<Integer> {
  private final Console console;
  private final Clock clock;

  @Parameters(arity = "1..*", paramLabel = "CERTIFICATE", description = "Files with one each.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--key",
      required = true,
      paramLabel = "KEY",
      description = "The log's verifier key, or a file (also @FILE) with one a line.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--witness",
      paramLabel = "KEY",
      description = "A witness that must have cosigned the checkpoint, in the same forms.")
  private List<String> witnesses = new ArrayList<>();

  @Option(names = "--json", description = "Print an object a line for each file, for programs.")
  private boolean json;

  /// @param clock by which a certificate is in force or not
  public VerifyCertificateCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    var trusted = GivenKeys.trusted(keys, witnesses);
    int code = ExitCode.DONE;
    for (var file : files) {
      var verdict = CertificateVerdict.of(bytes(file), trusted, clock.instant());
      if (json) {
        console.out().println(JsonWriter.text(json(file, verdict)));
      } else {
        say(file, verdict);
      }
      code = verdict instanceof CertificateVerdict.Refused ? ExitCode.SOMETHING_WRONG : code;
    }
    console.out().flush();
    return code;
  }

  private static byte[] bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      // One more than is allowed, so that what is too long is refused as malformed.
      return in.readNBytes(SignedNote.LONGEST + 1);
    } catch (IOException e) {
      throw new CommandFailure.NotUsable(
          "certificate `" + file + "` cannot be read", "save one from /v1/trust/certificates");
    }
  }

  private void say(Path file, CertificateVerdict verdict) {
    switch (verdict) {
      case CertificateVerdict.Refused(var fault, var message) ->
          console.out().printf("FAILED: %s: %s: %s%n", file, fault.words(), message);
      case CertificateVerdict.Valid valid -> {
        console
            .out()
            .printf(
                "ok: %s: signed by the log `%s`, under its checkpoint over %,d entries%s%n",
                file,
                valid.origin(),
                valid.size(),
                valid.witnesses().isEmpty()
                    ? ""
                    : ", witnessed by " + String.join(", ", valid.witnesses()));
        StatedWords.of(valid.certificate()).forEach(console.out()::println);
      }
    }
  }

  private static Json.JsonObject json(Path file, CertificateVerdict verdict) {
    var json = Json.object().put("file", file.toString());
    return switch (verdict) {
      case CertificateVerdict.Refused(var fault, var message) ->
          json.put("verified", false).put("fault", fault.words()).put("message", message).build();
      case CertificateVerdict.Valid valid ->
          json.put("verified", true)
              .put("origin", valid.origin())
              .put("size", valid.size())
              .put("witnesses", Json.strings(List.copyOf(valid.witnesses())))
              .put("certificate", valid.certificate().json())
              .build();
    };
  }
}
