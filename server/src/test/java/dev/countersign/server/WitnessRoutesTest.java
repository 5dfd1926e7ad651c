package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.ledger.AddCheckpoint;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.NoteSignature;
import dev.countersign.ledger.NoteVerdict;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.VerifierKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The witness role over HTTP: C2SP tlog-witness, status by status.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class WitnessRoutesTest {
  private static final String ADD = "/witness/add-checkpoint";
  private Http http;

  @BeforeEach
  void connect() throws IOException {
    http = new Http();
  }

  private static CompactRange tree(String flavour, int size) {
    var range = CompactRange.EMPTY;
    for (int i = 0; i < size; i++) {
      range = range.append(Digest.sha256((flavour + i).getBytes(StandardCharsets.UTF_8)));
    }
    return range;
  }

  private static SignedNote note(SigningKey key, String origin, CompactRange head) {
    return SignedNote.sign(Checkpoint.of(origin, head).text(), List.of(key));
  }

  private static String ask(long old, SignedNote note, Digest... proof) {
    return new AddCheckpoint(old, List.of(proof), note).toString();
  }

  private List<VerifierKey> witnessKeys() {
    return http.get("", "/witness/keys").body().lines().map(VerifierKey::parse).toList();
  }

  @Test
  void aLogIsCosignedStepByStep() {
    var key = TestServer.watchedKey();
    var origin = key.verifier().name();
    var leaf = Digest.sha256("a0".getBytes(StandardCharsets.UTF_8));
    assertThat(leaf).isEqualTo(tree("a", 1).root());
    var first = note(key, origin, tree("a", 1));

    var answer = http.post("", ADD, ask(0, first), "X-Any", "thing");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    var signatures = NoteSignature.parseLines(answer.body());
    var keys = witnessKeys();
    assertThat(keys)
        .extracting(VerifierKey::type)
        .containsExactly(SignatureType.COSIGNATURE_V1, SignatureType.COSIGNATURE_ML_DSA_44);
    assertThat(new SignedNote(first.text(), signatures).verify(keys))
        .isInstanceOfSatisfying(
            NoteVerdict.Verified.class, good -> assertThat(good.signatures()).hasSize(2));

    var second = note(key, origin, tree("a", 2));
    var behind = http.post("", ADD, ask(0, second));
    assertThat(behind.status()).isEqualTo(409);
    assertThat(behind.body()).isEqualTo("1\n");
    assertThat(behind.raw().headers().firstValue("Content-Type")).hasValue("text/x.tlog.size");

    var other = Digest.sha256("a1".getBytes(StandardCharsets.UTF_8));
    assertThat(http.post("", ADD, ask(1, second, other)).status()).isEqualTo(200);
    var shown =
        http.get(
            "",
            "/witness/"
                + Digest.sha256(origin.getBytes(StandardCharsets.UTF_8)).hex()
                + "/checkpoint");
    assertThat(shown.body()).startsWith(second.toString());
    assertThat(SignedNote.parse(shown.body()).verify(keys))
        .isInstanceOf(NoteVerdict.Verified.class);

    var forked = http.post("", ADD, ask(2, note(key, origin, tree("b", 2))));
    assertThat(forked.status()).isEqualTo(422);
    assertThat(forked.code()).isEqualTo("inconsistent_checkpoint");
    var health = http.get("", "/health/ready");
    assertThat(health.status()).as("somebody else's fork is not our failure").isEqualTo(200);
    assertThat(health.body()).contains("fork `" + origin + "`");
    assertThat(http.get("", "/metrics").body())
        .containsPattern("countersign_witness_inconsistencies_total [1-9]");
  }

  @Test
  void whatIsNotToBeCosignedIsRefused() {
    var key = TestServer.watchedKey();
    var origin = key.verifier().name();
    var note = note(key, origin, tree("a", 1));
    assertThat(http.post("", ADD, "hello").status()).isEqualTo(400);
    assertThat(http.post("", ADD, ask(2, note)).code()).isEqualTo("malformed_checkpoint");
    var other = SigningKey.generate("x.test/l", SignatureType.ED25519, new SecureRandom());
    assertThat(http.post("", ADD, ask(0, note(other, "x.test/l", tree("a", 1)))).code())
        .isEqualTo("log_not_found");
    assertThat(http.post("", ADD, ask(0, note(other, origin, tree("a", 1)))).code())
        .isEqualTo("untrusted_checkpoint");
    assertThat(http.post("", ADD, "x".repeat(AddCheckpoint.LARGEST + 1)).status()).isEqualTo(413);
    assertThat(http.get("", "/witness/" + "0".repeat(64) + "/checkpoint").status()).isEqualTo(404);
  }
}
