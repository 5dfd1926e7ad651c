package dev.countersign.ledger.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.ContentKeys.Fingerprint;
import dev.countersign.ledger.content.Sealing.Opened;
import dev.countersign.ledger.content.Sealing.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A day has one secret, made once, compared always, and destroyed for good.
class ContentKeysTest {
  private static final ContentDay DAY = ContentDay.of("2026-12-01");
  private static final ContentDay OTHER = ContentDay.of("2026-12-02");
  private static final TenantId TENANT = new TenantId(new UUID(7, 1));

  @TempDir private Path temporary;
  private TestKeys test = new TestKeys(Path.of("none"));

  @BeforeEach
  void open() {
    test = new TestKeys(temporary.resolve("keys"));
  }

  private static byte[] seal(ContentKeys keys, ContentDay day) {
    return keys.sealing().seal(place(day), Salt.of(new byte[Salt.LENGTH]), new byte[3]);
  }

  private static Opened open(ContentKeys keys, ContentDay day, byte[] sealed) {
    return keys.sealing().open(place(day), sealed);
  }

  private static Place place(ContentDay day) {
    return new Place(TENANT, new UUID(9, 9), day);
  }

  @Test
  void anotherNodeOpensWhatOneSealed() {
    var one = test.node();
    test.prepare(one, DAY);
    assertThat(open(test.node(), DAY, seal(one, DAY))).isInstanceOf(Opened.Clear.class);
  }

  @Test
  void nodesThatRaceForADayGetOneSecret() throws InterruptedException {
    var start = new CountDownLatch(1);
    var fingerprints =
        IntStream.range(0, 8)
            .mapToObj(_ ->
                CompletableFuture.supplyAsync(() -> {
                  try {
                    start.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  return test.node().prepare(DAY);
                }))
            .toList();
    start.countDown();
    assertThat(fingerprints.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(temporary.resolve("keys")).isDirectoryContaining("glob:**/20261201");
    try (var files = Files.list(temporary.resolve("keys"))) {
      assertThat(files).hasSize(1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void secretThatWasMadeBeforeACrashIsTakenUp() {
    var fingerprint = test.node().prepare(DAY);
    // Nothing was written down; the next start prepares again.
    assertThat(test.node().prepare(DAY)).isEqualTo(fingerprint);
  }

  @Test
  void missingSecretIsNeverMadeAgain() throws IOException {
    var keys = test.node();
    test.prepare(keys, DAY);
    var sealed = seal(keys, DAY);
    Files.delete(temporary.resolve("keys").resolve("20261201"));
    for (var attempt :
        List.<Runnable>of(
            () -> test.node().prepare(DAY),
            () -> test.node().verify(DAY, Digest.ZERO),
            () -> seal(test.node(), DAY),
            () -> open(test.node(), DAY, sealed))) {
      assertThatThrownBy(attempt::run)
          .isInstanceOf(ContentKeyFailure.class)
          .hasMessageContaining("restore the folder");
    }
    assertThat(Files.exists(temporary.resolve("keys").resolve("20261201"))).isFalse();
  }

  @Test
  void anotherSecretIsRefused() {
    var keys = test.node();
    test.prepare(keys, DAY);
    var elsewhere = new TestKeys(temporary.resolve("elsewhere"), test.recorded());
    // Made in another folder by a node that did not look at the database.
    new TestKeys(temporary.resolve("elsewhere")).node().prepare(DAY);
    assertThatThrownBy(() -> seal(elsewhere.node(), DAY))
        .isInstanceOf(ContentKeyFailure.class)
        .hasMessageContaining("not the secret");
    assertThatThrownBy(() -> elsewhere.node().prepare(DAY)).isInstanceOf(ContentKeyFailure.class);
    assertThatThrownBy(() ->
            elsewhere.node().verify(DAY, Objects.requireNonNull(test.recorded().get(DAY)).digest()))
        .isInstanceOf(ContentKeyFailure.class);
  }

  @Test
  void destroyedDayAloneIsUnreadable() {
    var keys = test.node();
    test.prepare(keys, DAY);
    test.prepare(keys, OTHER);
    var gone = seal(keys, DAY);
    var stays = seal(keys, OTHER);
    test.begins(DAY);
    keys.destroy(DAY);
    keys.destroy(DAY);
    for (var node : List.of(keys, test.node())) {
      assertThat(open(node, DAY, gone)).isEqualTo(new Opened.Expired());
      assertThat(open(node, OTHER, stays)).isInstanceOf(Opened.Clear.class);
    }
    assertThatThrownBy(() -> seal(test.node(), DAY)).isInstanceOf(ContentKeyFailure.class);
  }

  @Test
  void tenantsAndDaysHaveKeysOfTheirOwn() {
    var keys = test.node();
    test.prepare(keys, DAY);
    test.prepare(keys, OTHER);
    assertThat(test.recorded().values().stream().map(Fingerprint::digest).distinct()).hasSize(2);
  }

  @Test
  void fileThatOthersMayReadIsRefused() throws IOException {
    test.prepare(test.node(), DAY);
    var file = temporary.resolve("keys").resolve("20261201");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> seal(test.node(), DAY))
        .isInstanceOf(ContentKeyFailure.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void damagedFileIsRefused() throws IOException {
    test.prepare(test.node(), DAY);
    var file = temporary.resolve("keys").resolve("20261201");
    Files.writeString(file, "half");
    assertThatThrownBy(() -> seal(test.node(), DAY))
        .isInstanceOf(ContentKeyFailure.class)
        .hasMessageContaining("damaged");
  }
}
