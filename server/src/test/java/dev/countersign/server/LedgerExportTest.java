package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.ActionLinks;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.testkit.PythonVerifier;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a stranger downloads, and what it proves to him.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class LedgerExportTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String CHECK =
      "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{}}";

  @TempDir Path folder;

  private Http http;
  private String agent;
  private String auditor;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
    agent = http.key("replay_agent");
    auditor = http.key("auditor");
  }

  private String check() {
    var answer = http.post(agent, "/v1/check", CHECK);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.text("decision_id");
  }

  private Path download(String name, String path) throws IOException {
    var answer = http.get(auditor, path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return Files.writeString(folder.resolve(name), answer.body());
  }

  private VerifierKey key() {
    return VerifierKey.parse(http.get("", "/ledger/keys").body().lines().findFirst().orElseThrow());
  }

  private Verdict.Verified verified(Path export, SignedNote... since) throws IOException {
    var verifier = new ExportVerifier(TrustedKeys.of(key()));
    var verdict =
        (since.length == 0 ? verifier : verifier.since(since[0])).verify(export, (_, _) -> {});
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    return (Verdict.Verified) verdict;
  }

  private static long size(SignedNote note) {
    return Long.parseLong(note.text().split("\n")[1]);
  }

  @Test
  void anExportSinceACheckpointProvesThatTheLogContinuesIt() throws IOException {
    check();
    var older = SignedNote.parse(http.get("", "/ledger/checkpoint").body());
    check();
    var export = download("e.jsonl", "/v1/ledger/export?since=" + size(older));
    assertThat(verified(export, older).unproven()).isEmpty();
  }

  @Test
  void aPeriodHasWhatHappenedInIt() throws IOException {
    var from = Instant.now();
    var wanted = check();
    var to = Instant.now().plusMillis(1);
    var export = download("p.jsonl", "/v1/ledger/export?from=" + from + "&to=" + to);
    assertThat(verified(export).unproven()).containsExactly(Verdict.Unproven.PERIOD);
    assertThat(Files.readString(export)).contains("\"resource_id\":\"" + wanted + "\"");
    var before = download("b.jsonl", "/v1/ledger/export?to=" + from);
    assertThat(Files.readString(before)).doesNotContain(wanted);
    verified(before);
  }

  @Test
  void allProblemsOfAnExportAreSaidAtOnce() {
    check();
    var answer = http.get(auditor, "/v1/ledger/export?from=x&to=2026-01-01T00:00:00Z&since=-1");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("from").contains("since");
    assertThat(
            http.get(auditor, "/v1/ledger/export?from=2026-01-02T00:00:00Z&to=2026-01-02T00:00:00Z")
                .status())
        .isEqualTo(400);
    var beyond = http.get(auditor, "/v1/ledger/export?since=1000000000");
    assertThat(beyond.status()).isEqualTo(400);
    assertThat(beyond.body()).contains("the size of the newest checkpoint");
  }

  /// Whatever the other tests did with this server, each step has the one before it.
  @Test
  void theServersOwnFlowsLeaveNoOrphan() throws IOException {
    governedAction();
    var export = download("o.jsonl", "/v1/ledger/export");
    var orphans = new ArrayList<ActionLinks.Orphan>();
    var summary = ActionLinks.read(export, orphans::add, (_, _) -> {});
    assertThat(orphans).isEmpty();
    assertThat(summary.actions()).isPositive();
  }

  private void governedAction() {
    var opened =
        http.post(
            agent,
            "/v1/cases",
            "{\"workflow\":\"loan_application\",\"reference\":\"export-%d\",\"attributes\":{\"amount\":5000}}"
                .formatted(NUMBER.incrementAndGet()));
    var proposed =
        http.post(
            agent,
            "/v1/proposals",
            "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"advance\"}}"
                .formatted(opened.text("case_id")));
    var approval = proposed.json().object("approval").orElseThrow().text("id").orElseThrow();
    var decided =
        http.post(
            http.key("replay_reviewer1"),
            "/v1/approvals/" + approval + "/decisions",
            "{\"decision\":\"approve\",\"action_digest\":\"%s\"}"
                .formatted(proposed.text("action_digest")));
    assertThat(decided.status()).as(decided.body()).isEqualTo(200);
  }

  @Test
  void aSearchByWhatOnlyTheContentSaysFindsTheNewestFirst() {
    var older = check();
    var newer = check();
    var path = "/v1/ledger/entries?resource_id=";
    for (var id : List.of(older, newer)) {
      var found = http.get(auditor, path + id).json().items("entries");
      assertThat(found).hasSize(1);
      assertThat(((JsonObject) found.getFirst()).object("entry").orElseThrow().text("resource_id"))
          .contains(id);
    }
    var page = http.get(auditor, "/v1/ledger/entries?action=decision.made&limit=1");
    assertThat(page.body()).contains(newer);
    var next =
        http.get(
            auditor,
            "/v1/ledger/entries?action=decision.made&limit=1&cursor=" + page.text("next_cursor"));
    assertThat(next.body()).contains(older);
  }

  /// What somebody has who does not trust us: the two files, the key, and a verifier of his own.
  @Test
  @Tag("python")
  void theIndependentVerifierSaysTheSame() throws IOException {
    check();
    var older = http.get("", "/ledger/checkpoint").body();
    var since = Files.writeString(folder.resolve("checkpoint.txt"), older);
    governedAction();
    var index =
        http.post(agent, "/v1/check", CHECK)
            .json()
            .object("ticket")
            .orElseThrow()
            .number("log_index")
            .orElseThrow()
            .longValue();
    var receipt = download("r.txt", "/v1/ledger/entries/" + index + "/proof");
    var export = download("e.jsonl", "/v1/ledger/export?since=" + size(SignedNote.parse(older)));
    var arguments = List.of("--key", key().toString(), receipt.toString(), export.toString());
    var said = PythonVerifier.run(arguments);
    assertThat(said.lines()).hasSize(2).allMatch(line -> line.startsWith("ok: "));
    var continued = new ArrayList<>(arguments);
    continued.remove(2);
    continued.addAll(List.of("--since", since.toString()));
    assertThat(PythonVerifier.run(continued).lines())
        .hasSize(1)
        .allMatch(l -> l.startsWith("ok: "));

    var forged =
        Files.writeString(
            folder.resolve("f.jsonl"),
            Files.readString(export)
                .replaceFirst("\"action\":\"decision.made\"", "\"action\":\"decision.fade\""));
    var refused = PythonVerifier.run(List.of("--key", key().toString(), forged.toString()));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.lines().getFirst()).contains("altered content");
  }
}
