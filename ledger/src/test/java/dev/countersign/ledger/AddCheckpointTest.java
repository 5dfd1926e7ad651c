package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.testkit.Property;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a log may ask of a witness, byte for byte, and what a witness makes of it.
class AddCheckpointTest {
  /// The example of C2SP tlog-witness.
  private static final String EXAMPLE =
      """
      old 20852014
      PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
      jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
      5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
      /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

      example.com/behind-the-sofa
      20852163
      CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

      — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
      — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
      """;

  private static final WatchedLog LOG =
      new WatchedLog(SmallLog.ORIGIN, List.of(SmallLog.KEY.verifier()));

  private static AddCheckpoint parse(String body) {
    return AddCheckpoint.parse(body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theExampleOfTheSpecificationIsReadAndWrittenByteForByte() {
    var asked = parse(EXAMPLE);
    assertThat(asked.oldSize()).isEqualTo(20852014);
    assertThat(asked.proof()).hasSize(4);
    assertThat(asked.origin()).isEqualTo("example.com/behind-the-sofa");
    assertThat(asked.size()).isEqualTo(20852163);
    assertThat(asked).hasToString(EXAMPLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "old",
        "old 5",
        "old 5\n",
        "new 5\n\n",
        "old 05\n\n",
        "old -1\n\n",
        "old +1\n\n",
        "old 5 \n\n",
        "old  5\n\n",
        "old 9223372036854775808\n\n",
        "old 5\r\n\n",
        "old 5\nAAAA\n\n",
        "old 5\nnot base 64\n\n",
        "OLD 5\n\n"
      })
  void aHeadOfAnotherShapeIsRefused(String head) {
    var note = EXAMPLE.substring(EXAMPLE.indexOf("\n\n") + 2);
    assertThatThrownBy(() -> parse(head + note)).isInstanceOf(MalformedLedgerData.class);
    parse("old 5\n\n" + note);
  }

  @Test
  void moreThan63LinesOfProofAreRefused() {
    var note = EXAMPLE.substring(EXAMPLE.indexOf("\n\n"));
    var line = "\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=";
    assertThat(parse("old 5" + line.repeat(63) + note).proof()).hasSize(63);
    assertThatThrownBy(() -> parse("old 5" + line.repeat(64) + note))
        .isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void whateverIsChangedInABodyIsReadAsSomethingElseOrRefused() {
    Property.holdsFor(
        300,
        random -> {
          var bytes = EXAMPLE.getBytes(StandardCharsets.UTF_8);
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          try {
            assertThat(AddCheckpoint.parse(bytes).toString().getBytes(StandardCharsets.UTF_8))
                .isEqualTo(bytes);
          } catch (MalformedLedgerData refused) {
            // Refused as a whole.
          }
        });
  }

  /// A log that grows honestly, and what it asks of a witness that has seen `old` of it.
  private static AddCheckpoint honest(SmallLog log, long old) {
    var path =
        old == 0 || old == log.head.size()
            ? List.<Digest>of()
            : log.proofs().consistency(old, log.head.size()).path();
    return new AddCheckpoint(old, path, log.checkpoint());
  }

  private static Optional<Checkpoint> seen(SmallLog log) {
    return Optional.of(Checkpoint.of(SmallLog.ORIGIN, log.head));
  }

  @Test
  void whatContinuesIsCosignedAndNothingElse() {
    Property.holdsFor(
        40,
        random -> {
          var log = new SmallLog(random).grow(random.nextInt(300));
          var latest = seen(log);
          long old = log.head.size();
          log.grow(random.nextInt(300));
          var asked = honest(log, old);
          assertThat(LOG.refusal(asked)).isEmpty();
          assertThat(LOG.judge(asked, latest))
              .isEqualTo(
                  new WatchedLog.Judgement.Consistent(Checkpoint.of(SmallLog.ORIGIN, log.head)));

          var other = new SmallLog(random).grow((int) log.head.size());
          if (old > 0) {
            var forked = new AddCheckpoint(old, asked.proof(), other.checkpoint());
            assertThat(LOG.judge(forked, latest))
                .isInstanceOf(WatchedLog.Judgement.Inconsistent.class);
            var tampered = new AddCheckpoint(old, tampered(random, asked.proof()), asked.note());
            assertThat(LOG.judge(tampered, latest))
                .isInstanceOf(WatchedLog.Judgement.Inconsistent.class);
          }
        });
  }

  private static List<Digest> tampered(RandomGenerator random, List<Digest> proof) {
    var changed = new ArrayList<>(proof);
    var any = Digest.sha256(new byte[] {(byte) random.nextInt()});
    if (changed.isEmpty() || random.nextBoolean()) {
      changed.add(any);
    } else {
      changed.set(random.nextInt(changed.size()), any);
    }
    return changed;
  }

  @Test
  void anotherOldSizeIsAConflictThatNamesTheRightOne() {
    var log = new SmallLog(new java.util.SplittableRandom(1)).grow(7);
    var latest = seen(log);
    log.grow(5);
    assertThat(LOG.judge(honest(log, 3), latest))
        .isEqualTo(new WatchedLog.Judgement.Conflict(7, false));
    assertThat(LOG.judge(honest(log, 0), latest))
        .isEqualTo(new WatchedLog.Judgement.Conflict(7, false));
    assertThat(LOG.judge(honest(log, 7), Optional.empty()))
        .isEqualTo(new WatchedLog.Judgement.Conflict(0, false));
  }

  @Test
  void twoRootsOfOneSizeAreAForkWhateverOldSizeIsNamed() {
    var random = new java.util.SplittableRandom(2);
    var log = new SmallLog(random).grow(7);
    var other = new SmallLog(random).grow(7);
    assertThat(LOG.judge(honest(other, 7), seen(log)))
        .isEqualTo(
            new WatchedLog.Judgement.Inconsistent("two roots are signed for one size", true));
    assertThat(LOG.judge(honest(other, 3), seen(log)))
        .isEqualTo(new WatchedLog.Judgement.Conflict(7, true));
  }

  @Test
  void theFirstCheckpointNeedsNoProofAndMayHaveNone() {
    var log = new SmallLog(new java.util.SplittableRandom(3)).grow(7);
    assertThat(LOG.judge(honest(log, 0), Optional.empty()))
        .isInstanceOf(WatchedLog.Judgement.Consistent.class);
    var proven = new AddCheckpoint(0, List.of(log.head.root()), log.checkpoint());
    assertThat(LOG.judge(proven, Optional.empty()))
        .isInstanceOf(WatchedLog.Judgement.Inconsistent.class);
  }

  @Test
  void anEmptyLogHasTheRootOfTheEmptyTree() {
    var log = new SmallLog(new java.util.SplittableRandom(4));
    assertThat(LOG.judge(honest(log, 0), Optional.empty()))
        .isInstanceOf(WatchedLog.Judgement.Consistent.class);
    var text = log.checkpoint().text().replaceFirst("47DEQ", "57DEQ");
    var wrong = new AddCheckpoint(0, List.of(), SignedNote.sign(text, List.of(SmallLog.KEY)));
    assertThat(LOG.refusal(wrong)).isEmpty();
    assertThat(LOG.judge(wrong, Optional.empty()))
        .isInstanceOf(WatchedLog.Judgement.Inconsistent.class);
  }

  @Test
  void onlyTheLogsOwnKeysAreBelieved() {
    var log = new SmallLog(new java.util.SplittableRandom(5)).grow(3);
    var text = log.checkpoint().text();
    var stranger = SigningKey.generate(SmallLog.ORIGIN, SignatureType.ED25519, new SecureRandom());
    var byStranger = SignedNote.sign(text, List.of(stranger));
    assertThat(LOG.refusal(new AddCheckpoint(0, List.of(), byStranger)))
        .contains(WatchedLog.Refusal.UNTRUSTED);
    // Beside the right signature it does no harm.
    var both = SignedNote.sign(text, List.of(stranger, SmallLog.KEY));
    assertThat(LOG.refusal(new AddCheckpoint(0, List.of(), both))).isEmpty();
    assertThat(LOG.signedByLog(both).signatures()).hasSize(1);
    // The right key's signature over another text makes the note malformed.
    var forged =
        new SignedNote(text, SignedNote.sign(text + "x\n", List.of(SmallLog.KEY)).signatures());
    assertThat(LOG.refusal(new AddCheckpoint(0, List.of(), forged)))
        .contains(WatchedLog.Refusal.UNTRUSTED);
    assertThat(LOG.refusal(new AddCheckpoint(4, List.of(), log.checkpoint())))
        .contains(WatchedLog.Refusal.OLD_SIZE_TOO_LARGE);
  }
}
