package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReceiptTest {

  private static final SmallLog LOG = new SmallLog(new SplittableRandom(1)).grow(300);
  private static final VerifierKey KEY = SmallLog.KEY.verifier();

  @Test
  void everyEntryOfALogHasAReceiptThatVerifies() {
    for (int index : List.of(0, 1, 100, 255, 256, 299)) {
      var receipt = Receipt.parse(LOG.receipt(index).toString());
      assertThat(receipt).isEqualTo(LOG.receipt(index));
      assertThat(receipt.verify(KEY))
          .isInstanceOfSatisfying(
              Verdict.Verified.class,
              verified -> {
                assertThat(verified.entries()).isOne();
                assertThat(verified.erased()).isZero();
                assertThat(verified.unproven()).isEmpty();
                assertThat(verified.checkpoint().size()).isEqualTo(300);
              });
    }
  }

  @Test
  void aReceiptIsATlogProof() {
    var lines = LOG.receipt(7).toString().split("\n");
    assertThat(lines[0]).isEqualTo("c2sp.org/tlog-proof@v1");
    assertThat(lines[1]).startsWith("extra ");
    assertThat(lines[2]).isEqualTo("index 7");
    assertThat(lines[3]).hasSize(44);
    assertThat(LOG.receipt(7).toString()).endsWith("\n\n" + LOG.checkpoint());
  }

  @Test
  void anErasedEntryKeepsItsReceipt() {
    var erased =
        new Disclosure.Erased(
            LOG.rows.get(5).held().leafHash(), Generated.NOON, "asked for by the person");
    var receipt = new Receipt(LOG.proven(erased, 5), LOG.checkpoint());
    assertThat(Receipt.parse(receipt.toString())).isEqualTo(receipt);
    assertThat(receipt.verify(KEY))
        .isInstanceOfSatisfying(
            Verdict.Verified.class, verified -> assertThat(verified.erased()).isOne());
  }

  @Test
  void alteredContentIsNamed() {
    var receipt = LOG.receipt(9);
    var held = LOG.rows.get(9).held();
    var entry = Entry.parse(held.entry().json().with("actor", Json.of("user:someone else")));
    assertFlaw(with(receipt, 9, new Disclosure.Held(held.salt(), entry)), Flaw.ALTERED_CONTENT);
    var salt = Generated.salt(new SplittableRandom(2));
    assertFlaw(with(receipt, 9, new Disclosure.Held(salt, held.entry())), Flaw.ALTERED_CONTENT);
  }

  @Test
  void aWrongPositionIsNamed() {
    var receipt = LOG.receipt(9);
    assertFlaw(with(receipt, 8, LOG.rows.get(9).held()), Flaw.WRONG_POSITION);
    assertFlaw(with(receipt, 300, LOG.rows.get(9).held()), Flaw.WRONG_POSITION);
    assertFlaw(with(receipt, Long.MAX_VALUE, LOG.rows.get(9).held()), Flaw.WRONG_POSITION);
    var path = new ArrayList<>(receipt.entry().path());
    Collections.swap(path, 0, 1);
    var entry = ProvenEntry.of(9, LOG.rows.get(9).held(), path);
    assertFlaw(new Receipt(entry, receipt.checkpoint()), Flaw.WRONG_POSITION);
  }

  @Test
  void aCheckpointThatIsNotTheLogsIsNamed() {
    var receipt = LOG.receipt(9);
    var stranger = SigningKey.generate("other.example", SignatureType.ED25519, new SecureRandom());
    assertThat(receipt.verify(stranger.verifier()))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> assertThat(refused.flaw()).isEqualTo(Flaw.WRONG_ORIGIN));
    var text = receipt.checkpoint().text();
    var unsigned = SignedNote.sign(text, List.of(stranger));
    assertFlaw(new Receipt(receipt.entry(), unsigned), Flaw.BAD_SIGNATURE);
    var larger = new SignedNote(text.replace("300", "301"), receipt.checkpoint().signatures());
    assertFlaw(new Receipt(receipt.entry(), larger), Flaw.BAD_SIGNATURE);
    var note = SignedNote.sign("not a checkpoint\n", List.of(SmallLog.KEY));
    assertFlaw(new Receipt(receipt.entry(), note), Flaw.MALFORMED);
  }

  @Test
  void anyChangedByteOfAReceiptIsFound() {
    var text = LOG.receipt(123).toString();
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    Generated.holdsFor(
        3000,
        random -> {
          var changed = bytes.clone();
          changed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          try {
            var receipt = Receipt.parse(new String(changed, StandardCharsets.UTF_8));
            assertThat(receipt.verify(KEY)).isInstanceOf(Verdict.Refused.class);
          } catch (MalformedLedgerData e) {
            assertThat(e).hasMessageNotContaining("null");
          }
        });
  }

  @Test
  void whatIsNoReceiptIsRefused() {
    var text = LOG.receipt(3).toString();
    for (var broken :
        List.of(
            "",
            text.replace("@v1", "@v2"),
            text.replace("index 3", "index 03"),
            text.replace("index 3", "index -1"),
            text.replaceFirst("extra [^\n]*\n", ""),
            text.replaceFirst("extra [^\n]*\n", "extra e30=\n"),
            text.replaceFirst("index 3\n", "index 3\nAAAA\n"),
            text.replaceFirst("index 3\n", "index 3\n" + ("A".repeat(43) + "=\n").repeat(64)),
            text.substring(0, text.length() - 1))) {
      assertThatThrownBy(() -> Receipt.parse(broken)).isInstanceOf(MalformedLedgerData.class);
    }
  }

  private static Receipt with(Receipt receipt, long index, Disclosure disclosure) {
    var claimed = receipt.entry().disclosure().leafHash();
    List<Digest> path = receipt.entry().path();
    return new Receipt(new ProvenEntry(index, disclosure, claimed, path), receipt.checkpoint());
  }

  private static void assertFlaw(Receipt receipt, Flaw flaw) {
    assertThat(receipt.verify(KEY))
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.flaw()).isEqualTo(flaw));
  }
}
