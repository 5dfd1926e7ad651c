package dev.countersign.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.testkit.ManualClock;
import dev.countersign.trust.EarnedStage;
import dev.countersign.trust.Profile;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import dev.countersign.trust.certificate.Certificate;
import dev.countersign.trust.certificate.Certificate.Next;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerifyCertificateTest {
  private static final SigningKey KEY =
      SigningKey.generate("countersign.test/cli", SignatureType.ED25519, new SecureRandom());
  private static final String VKEY = KEY.verifier().toString();

  @TempDir Path folder;

  private final ManualClock clock = ManualClock.at("2026-11-23T12:00:00Z");

  private record Ran(int code, String out) {}

  @Test
  void itSaysInWordsWhatIsStated() {
    var file = file("certificate.txt", certificate(Profile.STANDARD));
    assertThat(verify(file, "--key", VKEY))
        .isEqualTo(
            new Ran(
                0,
                """
                ok: %s: signed by the log `countersign.test/cli`, under its checkpoint over 1,017 entries
                  `advance` in queue `intake` at site `main`, role `*`, of tenant 00000000-0000-0000-0000-000000000001
                  has earned Assisting (`guarded_auto`), since 2026-11-20T12:00:00Z
                  for which it may do harm in at most 5.0%% of cases; a wrong promotion has a risk of 1.0%%
                  raised by the test: 157 counted, 1 of them harm; evidence 2432 of 2,400 (attempt 2, at most 5.0%% harm)
                  towards Semi-auto: 70 counted, 1 of them harm; evidence 3.525 of 4,800 (attempt 2, at most 2.0%% harm)
                  versions: policies 00, tool transition/1 to review, model rx 2.3
                  as of 2026-11-23T12:00:00Z, in force until 2026-11-24T12:00:00Z
                """
                    .formatted(file)));
  }

  @Test
  void aDemoIsMarkedFirst() {
    var ran = verify(file("demo.txt", certificate(Profile.DEMO)), "--key", VKEY);
    assertThat(ran.out().lines().toList().get(1)).startsWith("  DEMO: ");
  }

  @Test
  void whatIsExpiredForgedOrOfAStrangerIsRefused() {
    var sound = certificate(Profile.STANDARD);
    var file = file("certificate.txt", sound);
    var forged = file("forged.txt", sound.replace("\"risk\":0.01", "\"risk\":0.02"));
    assertThat(verify(file, forged, "--key", VKEY).out().lines().toList().getLast())
        .isEqualTo(
            "FAILED: %s: bad signature: the signature of `countersign.test/cli` is not over this certificate"
                .formatted(forged));
    var stranger =
        SigningKey.generate("countersign.test/cli", SignatureType.ED25519, new SecureRandom());
    assertThat(verify(file, "--key", stranger.verifier().toString()).code()).isEqualTo(1);
    clock.advance(Duration.ofHours(24));
    assertThat(verify(file, "--key", VKEY))
        .isEqualTo(
            new Ran(
                1,
                "FAILED: %s: expired: it was in force until 2026-11-24T12:00:00Z%n"
                    .formatted(file)));
  }

  @Test
  void programsGetAnObjectALine() {
    var ran =
        verify(
            file("a.txt", certificate(Profile.STANDARD)),
            file("b.txt", "nonsense"),
            "--key",
            VKEY,
            "--json");
    var objects = ran.out().lines().map(JsonReader::readObject).toList();
    assertThat(objects.get(0).truth("verified")).contains(true);
    assertThat(objects.get(0).object("certificate").orElseThrow().text("stage"))
        .contains("guarded_auto");
    assertThat(objects.get(0).object("certificate").flatMap(told -> told.object("earned")))
        .hasValueSatisfying(earned -> assertThat(earned.number("counted")).contains(157.0));
    assertThat(objects.get(1).text("fault")).contains("malformed");
    assertThat(ran.code()).isEqualTo(1);
  }

  @Test
  void missingFileOrKeyIsSaid() {
    var file = file("certificate.txt", certificate(Profile.STANDARD));
    assertThatThrownBy(() -> verify(folder.resolve("none").toString(), "--key", VKEY))
        .isInstanceOf(CommandFailure.NotUsable.class);
    assertThatThrownBy(() -> verify(file, "--key", "x"))
        .isInstanceOf(CommandFailure.NotUsable.class);
  }

  private static String certificate(Profile profile) {
    var now = ManualClock.at("2026-11-23T12:00:00Z").instant();
    var checkpoint =
        new Checkpoint(KEY.verifier().name(), 1_017, Digest.sha256(new byte[0]), List.of());
    var certificate =
        new Certificate(
            new TenantId(new UUID(0, 1)),
            new UUID(0x7000L, Long.MIN_VALUE),
            new ScopeKey("main", "intake", "advance", ScopeKey.ANY),
            profile,
            Stage.GUARDED_AUTO,
            now.minus(Duration.ofDays(3)),
            now,
            Optional.of(0.05),
            0.01,
            Optional.of(
                new EarnedStage(
                    Stage.GUARDED_AUTO,
                    now.minus(Duration.ofDays(3)),
                    2,
                    0.05,
                    2431.5,
                    2400,
                    157,
                    1,
                    Optional.of("policies 00, model x 2.2"))),
            Optional.of(new Next(Stage.CONDITIONAL_AUTO, 2, 0.02, 3.5251234, 4800, 70, 1)),
            Optional.of("policies 00, tool transition/1 to review, model rx 2.3"),
            now,
            now.plus(Certificate.LIFE),
            SignedNote.sign(checkpoint.text(), List.of(KEY)));
    return SignedNote.sign(certificate.text(), List.of(KEY)).toString();
  }

  private Ran verify(String... arguments) {
    var out = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), false);
    var command = new VerifyCertificateCommand(console, clock);
    new CommandLine(command).parseArgs(arguments);
    int code = command.call();
    return new Ran(code, out.toString());
  }

  private String file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
