package dev.countersign.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.ledger.TestLog;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.trust.Edition;
import dev.countersign.trust.Heard;
import dev.countersign.trust.Profile;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Setting;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustReplay;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayTrustTest {
  private static final String KEY = TestLog.KEY.verifier().toString();
  private static final Instant MORNING = Instant.parse("2026-03-02T08:00:00Z");
  private static final UUID SCOPE = UUID.fromString("0198c0de-0000-7000-8000-000000000001");

  @TempDir Path folder;

  private record Ran(int code, String out, String err) {}

  /// A tenant of the demo profile, and a scope that hears so many approvals.
  private static List<Map.Entry<String, JsonObject>> told(int approvals, String queue) {
    var teller = new TrustReplay(Setting.beginning(Profile.DEMO));
    var key = new ScopeKey("main", queue, "advance", "*");
    var told = new ArrayList<Map.Entry<String, JsonObject>>();
    told.add(Map.entry("tenant.created", Json.object().put("profile", "demo").build()));
    for (int i = 1; i <= approvals; i++) {
      var event =
          new TrustEvent.Decided(
              new UUID(7, i),
              true,
              MORNING.plusSeconds(i),
              true,
              TrustEvent.Occasion.REVIEW,
              Optional.of("ck_person"));
      var what = new Heard.What.Event(event);
      var _ = teller.fold(heard(key, i, what, Digest.ZERO));
      var came = teller.state(SCOPE).orElseThrow().digest();
      var heard = heard(key, i, what, came).toJson();
      told.add(
          Map.entry(
              "approval.granted",
              Json.object().put("evidence", Json.array(List.of(heard))).build()));
    }
    return told;
  }

  private static Heard heard(ScopeKey key, long number, Heard.What what, Digest state) {
    return new Heard(SCOPE, key, 1, Optional.of(number), what, Edition.NOW, state);
  }

  private static final List<Map.Entry<String, JsonObject>> TOLD = told(7, "intake");

  /// As [#TOLD], signed with another state behind an approval.
  private static TestLog unearned(int approval) {
    var told = new ArrayList<>(TOLD);
    var state = text(approval, "state");
    var other = state.substring(0, 60) + (state.endsWith("0000") ? "1111" : "0000");
    told.set(
        approval,
        Map.entry(
            "approval.granted",
            JsonReader.readObject(told.get(approval).getValue().toString().replace(state, other))));
    return TestLog.of(told);
  }

  private static String text(int approval, String member) {
    var evidence = TOLD.get(approval).getValue().items("evidence").getFirst();
    return ((JsonObject) evidence).text(member).orElseThrow();
  }

  @Test
  void whatWasEarnedIsOkAndShowsTheStage() {
    var ran = replay(file(TestLog.of(TOLD).export()), "--key", KEY);
    assertThat(ran.code()).as(ran.out()).isZero();
    var lines = ran.out().lines().toList();
    assertThat(lines.get(0)).startsWith("ID ").contains("STAGE", "STATES");
    assertThat(lines.get(1)).startsWith(SCOPE.toString()).contains("Suggesting", "intake", "agree");
    assertThat(lines.get(2))
        .startsWith("ok: ")
        .endsWith("entries: 8, erased: 0; scopes: 1 agree, 0 differ, 0 unknown; events: 7");
    assertThat(lines.get(3)).isEqualTo("note: verified as the log `countersign.test/cli` of 8");
  }

  @Test
  void aStateThatWasNotEarnedIsFoundAlthoughTheLogIsSigned() {
    var ran = replay(file(unearned(5).export()), "--key", KEY);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out())
        .contains("log index 5: scope " + SCOPE + ": it comes to another state than the log tells")
        .contains("FAILED: ")
        .contains("0 agree, 1 differ, 0 unknown");
  }

  @Test
  void whatNobodyLoggedIsRefusedBeforeAnythingIsSaidOfTrust() {
    var export = TestLog.of(TOLD).export().replace("\"ck_person\"", "\"ck_nobody\"");
    var ran = replay(file(export), "--key", KEY);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out().lines()).hasSize(1);
    assertThat(ran.out()).startsWith("FAILED: ").contains("log index 1: altered content");
    var stranger =
        SigningKey.generate("countersign.test/cli", SignatureType.ED25519, new SecureRandom());
    var theirs = stranger.verifier().toString();
    assertThat(replay(file(TestLog.of(TOLD).export()), "--key", theirs).out())
        .contains("bad signature");
  }

  @Test
  void whereNobodyVerifiedThatIsSaid() {
    var ran = replay(file(TestLog.of(TOLD).export()));
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("note: the export was not verified; give the log's key with --key");
  }

  @Test
  void whatIsErasedIsSaidAndIsNoFailure() {
    var ran = replay(file(TestLog.of(TOLD).erase(4).export()), "--key", KEY);
    assertThat(ran.code()).as(ran.out()).isZero();
    assertThat(ran.out())
        .contains("log index 5: scope " + SCOPE + ": 1 of what it heard before may be in entries")
        .contains("entries: 8, erased: 1; scopes: 0 agree, 0 differ, 1 unknown; events: 6");
  }

  @Test
  void theProfileIsGivenWhereTheLogDoesNotTellIt() {
    var file = file(TestLog.of(TOLD).erase(0).export());
    var ran = replay(file);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("say it with --profile");
    assertThat(replay(file, "--profile", "demo").code()).isZero();
  }

  @Test
  void programsGetOneObject() {
    var sound = json(TestLog.of(TOLD), "--key", KEY);
    assertThat(sound.text("verification")).contains("verified");
    assertThat(sound.truth("sound")).contains(true);
    var scope = (JsonObject) sound.items("scopes").getFirst();
    assertThat(scope.text("stage")).contains("propose");
    assertThat(scope.text("states")).contains("agree");
    var other = json(unearned(5));
    assertThat(other.text("verification")).contains("none");
    assertThat(other.truth("sound")).contains(false);
    assertThat(((JsonObject) other.items("scopes").getFirst()).number("log_index")).contains(5.0);
    var refused =
        JsonReader.readObject(
            replay(file(TestLog.of(TOLD).export().replace("ck_", "kc_")), "--key", KEY, "--json")
                .out());
    assertThat(refused.text("flaw")).contains("altered content");
    assertThat(refused.member("scopes")).isEmpty();
  }

  private JsonObject json(TestLog log, String... options) {
    var all = new ArrayList<>(List.of(file(log.export()), "--json"));
    all.addAll(List.of(options));
    return JsonReader.readObject(replay(all.toArray(String[]::new)).out());
  }

  @Test
  void whatIsNoWholeExportIsSaid() {
    var export = TestLog.of(TOLD).export();
    var broken =
        List.of(
            "",
            "nonsense",
            "nonsense\n{}\n",
            "c2sp.org/tlog-proof@v1\nindex 1\n",
            export.substring(0, export.length() - 1),
            export.substring(0, 3_000),
            export.substring(0, export.indexOf('\n') + 1) + export,
            export.substring(0, export.indexOf('\n') + 1)
                + "{\"x\":\""
                + "y".repeat(5_000_000)
                + "\"}\n"
                + export.substring(export.indexOf('\n') + 1),
            export.replace("\"evidence\"", "\"evidence\":1,\"evidence\""));
    for (var text : broken) {
      var start = text.substring(0, Math.min(40, text.length()));
      assertThatThrownBy(() -> replay(file(text)))
          .as(start)
          .isInstanceOf(CommandFailure.Failed.class);
      assertThat(replay(file(text), "--key", KEY).code()).as(start).isEqualTo(1);
    }
    assertThatThrownBy(() -> replay(folder.resolve("none").toString()))
        .isInstanceOf(CommandFailure.NotUsable.class);
  }

  @Test
  void aLaterPeriodCannotBeFolded() {
    var export =
        TestLog.of(TOLD)
            .export()
            .replaceFirst("\"from\":null", "\"from\":\"2026-01-01T00:00:00Z\"");
    for (var options : List.of(new String[0], new String[] {"--key", KEY})) {
      var all = new ArrayList<>(List.of(file(export)));
      all.addAll(List.of(options));
      assertThatThrownBy(() -> replay(all.toArray(String[]::new)))
          .isInstanceOf(CommandFailure.NotUsable.class)
          .hasMessageContaining("is of a period");
    }
  }

  @Test
  void nothingInAFileSpeaksToTheTerminal() {
    var ran = replay(file(TestLog.of(told(2, "in\u001b[2Jt\u202eake")).export()));
    assertThat(ran.out()).contains("in?[2Jt?ake");
    assertThat(ran.out().codePoints().filter(point -> point != '\n' && point != '\r'))
        .noneMatch(Character::isISOControl);
  }

  private Ran replay(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    var command = new ReplayTrustCommand(console);
    new CommandLine(command).parseArgs(arguments);
    int code = command.call();
    return new Ran(code, out.toString(), err.toString());
  }

  private String file(String text) {
    try {
      return Files.writeString(folder.resolve("export.jsonl"), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
