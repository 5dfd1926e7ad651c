package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A database that has forgotten or was replaced is neither appended to nor signed.
class HeadGuardTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);

  @Test
  void restartGoesOnFromTheSignedHead() {
    var database = LedgerDatabase.create();
    var file = Node.freshFile();
    for (int size = 100; size <= 700; size += 300) {
      try (var node = new Node(database, file, sources -> sources, new LogState(true)).start()) {
        node.decide(size == 100 ? 100 : 300, ONE);
        node.covered(size);
        assertThat(node.recompute()).isEmpty();
      }
    }
  }

  @Test
  void restoredOlderStateIsRefused() {
    var database = LedgerDatabase.create();
    var file = Node.freshFile();
    LedgerDatabase older;
    try (var node = new Node(database, file, sources -> sources, new LogState(true)).start()) {
      node.decide(300, ONE);
      node.covered(300);
    }
    older = database.copy();
    try (var node = new Node(database, file, sources -> sources, new LogState(true)).start()) {
      node.decide(1, ONE);
      node.covered(301);
    }
    refused(older, file, "restored from an older state");
  }

  @Test
  void otherHistoryOfAnySizeIsRefused() {
    for (int others : new int[] {300, 301, 700}) {
      var file = Node.freshFile();
      try (var node =
          new Node(LedgerDatabase.create(), file, sources -> sources, new LogState(true)).start()) {
        node.decide(300, ONE);
        node.covered(300);
      }
      var replaced = LedgerDatabase.create();
      try (var node = new Node(replaced).start()) {
        node.decide(others, ONE);
      }
      refused(replaced, file, "differs from the signed checkpoint");
    }
  }

  private static void refused(LedgerDatabase database, Path file, String reason) {
    long size = database.number("select size from ledger.head");
    try (var node = new Node(database, file, sources -> sources, new LogState(true))) {
      var kept = node.signer.newest().orElseThrow();
      node.decisions.start();
      assertThatThrownBy(() -> node.decisions.submit(node.decision(ONE)).join())
          .hasCauseInstanceOf(LedgerFailure.Stopped.class)
          .hasMessageContaining(reason);
      assertThat(node.state.stopped()).isPresent();
      assertThat(node.signer.newest()).contains(kept);
    }
    // And the signer alone, on a node that appends nothing.
    try (var node = new Node(database, file, sources -> sources, new LogState(true))) {
      var kept = node.signer.newest().orElseThrow();
      node.signer.start();
      Await.until(PATIENCE, () -> node.state.stopped().isPresent());
      assertThat(node.state.stopped().orElseThrow()).contains(reason);
      assertThat(node.signer.newest()).contains(kept);
    }
    assertThat(database.number("select size from ledger.head")).isEqualTo(size);
  }

  @Test
  void checkpointOfAnotherKeyStopsTheStart() throws IOException {
    var database = LedgerDatabase.create();
    var file = Node.freshFile();
    try (var node = new Node(database, file, sources -> sources, new LogState(true)).start()) {
      node.decide(1, ONE);
      node.covered(1);
    }
    for (var slot : slots(file).toList()) {
      Files.writeString(slot, text(slot).replaceFirst("\n([01])\n", "\n2\n"));
    }
    assertThatThrownBy(() -> new Node(database, file, sources -> sources, new LogState(true)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not ours");
  }

  @Test
  void checkpointWhoseWritingWasCutOffIsPassedOver() throws IOException {
    var database = LedgerDatabase.create();
    var file = Node.freshFile();
    for (int size = 1; size <= 2; size++) {
      try (var node = new Node(database, file, sources -> sources, new LogState(true)).start()) {
        node.decide(1, ONE);
        node.covered(size);
      }
    }
    assertThat(sizes(file)).containsExactly(1L, 2L);
    var newest = slots(file).filter(slot -> text(slot).contains("\n2\n")).findFirst().orElseThrow();
    var whole = text(newest);
    for (var torn : new String[] {"", whole.substring(0, 20), whole.replace("\n2\n", "\n3\n")}) {
      Files.writeString(newest, torn);
      try (var node = new Node(database, file, sources -> sources, new LogState(true))) {
        assertThat(node.signer.newest().orElseThrow().checkpoint().size()).isEqualTo(1);
      }
    }
    // The one that is whole is not written over.
    try (var node = new Node(database, file, sources -> sources, new LogState(true)).start()) {
      node.covered(2);
    }
    assertThat(sizes(file)).containsExactly(1L, 2L);
    for (var slot : slots(file).toList()) {
      Files.writeString(slot, "");
    }
    assertThatThrownBy(() -> new Node(database, file, sources -> sources, new LogState(true)))
        .isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void checkpointThatWasCutOffWithinACharacterIsPassedOverInEitherFile() throws IOException {
    var database = LedgerDatabase.create();
    var file = Node.freshFile();
    for (int size = 1; size <= 2; size++) {
      try (var node = new Node(database, file, sources -> sources, new LogState(true)).start()) {
        node.decide(1, ONE);
        node.covered(size);
      }
    }
    for (var slot : slots(file).toList()) {
      var whole = text(slot);
      byte[] before = whole.substring(0, whole.indexOf('\u2014')).getBytes(StandardCharsets.UTF_8);
      Files.write(slot, Arrays.copyOf(whole.getBytes(StandardCharsets.UTF_8), before.length + 1));
      try (var node = new Node(database, file, sources -> sources, new LogState(true))) {
        assertThat(node.signer.newest()).isPresent();
      }
      Files.writeString(slot, whole);
    }
  }

  private static Stream<Path> slots(Path file) {
    return Stream.of(file, file.resolveSibling(file.getFileName() + ".other"))
        .filter(Files::exists);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Long> sizes(Path file) throws IOException {
    return CheckpointFile.read(file).stream()
        .map(note -> Checkpoint.parse(note.text()).size())
        .toList();
  }

  @Test
  void lossyCommitsAreRefused() {
    var database = LedgerDatabase.create();
    var state = new LogState(false);
    try (var node = new Node(database, Node.freshFile(), sources -> sources, state).start()) {
      // The tests' server runs with `synchronous_commit = off`.
      Await.until(PATIENCE, () -> state.stopped().isPresent());
      assertThatThrownBy(() -> node.open(node.call(ONE), "c1"))
          .isInstanceOf(LedgerFailure.Stopped.class)
          .hasMessageContaining("`synchronous_commit` is off");
    }
  }
}
