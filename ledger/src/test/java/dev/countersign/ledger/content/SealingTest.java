package dev.countersign.ledger.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.Sealing.Opened;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.testkit.Property;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Content opens where it was sealed, unaltered, and nowhere else.
class SealingTest {
  private static final ContentDay DAY = ContentDay.of("2026-12-01");
  private static final ContentDay NEXT = ContentDay.of("2026-12-02");
  private static final Place HERE = place(1, 1, DAY);

  @TempDir private Path folder;
  private Sealing sealing = new TestKeys(Path.of("none")).node().sealing();

  @BeforeEach
  void prepare() {
    var test = new TestKeys(folder.resolve("keys"));
    var keys = test.node();
    for (var day : List.of(DAY, NEXT, ContentDay.KEPT)) {
      test.prepare(keys, day);
    }
    sealing = keys.sealing();
  }

  private static Place place(long tenant, long entry, ContentDay day) {
    return new Place(new TenantId(new UUID(7, tenant)), new UUID(9, entry), day);
  }

  private static byte[] bytes(RandomGenerator random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /// Compressed text is not readable either: a search for words would not miss the cipher.
  @Test
  void nobodyUnpacksWhatIsSealed() {
    var random = new Random(1);
    var text = "{\"patient\":\"%s\"}".formatted("words ".repeat(50)).getBytes(UTF_8);
    var sealed = sealing.seal(HERE, Salt.of(bytes(random, Salt.LENGTH)), text);
    for (int at = 0; at < sealed.length - ContentKey.TAG; at++) {
      var bytes = Arrays.copyOfRange(sealed, at, sealed.length - ContentKey.TAG);
      assertThat(PackedText.unpack(bytes, 0).filter(back -> Arrays.equals(back, text))).isEmpty();
    }
  }

  @Test
  void whatIsSealedOpensAgain() {
    Property.holdsFor(
        200,
        random -> {
          var salt = Salt.of(bytes(random, Salt.LENGTH));
          var text = bytes(random, random.nextInt(2_000));
          var sealed = sealing.seal(HERE, salt, text);
          var content = ((Opened.Clear) sealing.open(HERE, sealed)).content();
          assertThat(content.salt()).isEqualTo(salt);
          assertThat(content.text()).isEqualTo(text);
        });
  }

  @Test
  void whatIsAlteredAnywhereDoesNotOpen() {
    Property.holdsFor(
        200,
        random -> {
          var sealed = sealing.seal(HERE, Salt.of(bytes(random, Salt.LENGTH)), bytes(random, 100));
          var altered = sealed.clone();
          altered[random.nextInt(altered.length)] ^= (byte) (1 << random.nextInt(8));
          assertThat(sealing.open(HERE, altered)).isEqualTo(new Opened.Altered());
          var cut = Arrays.copyOf(sealed, random.nextInt(sealed.length));
          assertThat(sealing.open(HERE, cut)).isEqualTo(new Opened.Altered());
        });
  }

  @Test
  void aVersionThatIsNotKnownDoesNotOpen() {
    var sealed = sealing.seal(HERE, Salt.of(new byte[Salt.LENGTH]), new byte[10]);
    assertThat(sealed[0]).isEqualTo((byte) 1);
    sealed[0] = 2;
    assertThat(sealing.open(HERE, sealed)).isEqualTo(new Opened.Altered());
  }

  @Test
  void manyThreadsSealAndOpenAtOnce() throws InterruptedException {
    var wrong = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 8; t++) {
      byte mark = (byte) t;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                var text = new byte[200];
                Arrays.fill(text, mark);
                for (int i = 0; i < 2_000; i++) {
                  var sealed = sealing.seal(HERE, Salt.of(new byte[Salt.LENGTH]), text);
                  if (!(sealing.open(HERE, sealed) instanceof Opened.Clear(var content))
                      || !Arrays.equals(content.text(), text)) {
                    wrong.incrementAndGet();
                  }
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(wrong).hasValue(0);
  }

  @Test
  void nothingOpensInAnotherPlace() {
    var sealed = sealing.seal(HERE, Salt.of(new byte[Salt.LENGTH]), new byte[10]);
    for (var other :
        List.of(
            place(2, 1, DAY), place(1, 2, DAY), place(1, 1, NEXT), place(1, 1, ContentDay.KEPT))) {
      assertThat(sealing.open(other, sealed)).as("%s", other).isEqualTo(new Opened.Altered());
      assertThatThrownBy(() -> sealing.read(other, sealed)).hasMessageContaining("altered");
    }
  }

  /// A batch that is rolled back may seal other content for the same place.
  @Test
  void noNonceIsUsedTwice() {
    var nonces = new HashSet<String>();
    for (int i = 0; i < 10_000; i++) {
      var sealed = sealing.seal(HERE, Salt.of(new byte[Salt.LENGTH]), new byte[1]);
      assertThat(nonces.add(Arrays.toString(Arrays.copyOfRange(sealed, 1, 25)))).isTrue();
    }
  }
}
