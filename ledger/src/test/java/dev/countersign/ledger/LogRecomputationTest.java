package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogRecomputationTest {

  /// A row as it is stored, to be tampered with.
  private record Stored(
      long index, TenantId tenant, Salt salt, Entry entry, Digest commitment, boolean erased) {
    static Stored of(SmallLog.Row row) {
      return new Stored(
          row.index(), row.tenant(), row.salt(), row.entry(), row.commitment(), false);
    }
  }

  private final List<Stored> rows = new ArrayList<>();
  private final List<SignedNote> checkpoints = new ArrayList<>();
  private final List<CheckpointWalk.Kept> kept = new ArrayList<>();
  private final SmallLog log = new SmallLog(new SplittableRandom(5));
  private final Map<String, byte[]> tiles = new LinkedHashMap<>();
  private final Map<TenantId, LogRecomputation.ChainEnd> chains = new LinkedHashMap<>();
  private CompactRange head;

  LogRecomputationTest() {
    checkpoints.add(log.checkpoint());
    for (int growth : List.of(1, 0, 254, 1, 1, 300)) {
      log.grow(growth);
      checkpoints.add(log.checkpoint());
    }
    log.rows.forEach(row -> rows.add(Stored.of(row)));
    tiles.putAll(log.tiles);
    chains.putAll(log.chains);
    head = log.head;
  }

  @Test
  void aLogThatWasNotTouchedAgrees() {
    assertThat(fsck()).isEmpty();
  }

  @Test
  void erasedEntriesAgree() {
    for (int at : List.of(0, 17, 255, 556)) {
      var row = rows.get(at);
      rows.set(
          at,
          new Stored(row.index(), row.tenant(), row.salt(), row.entry(), row.commitment(), true));
    }
    assertThat(fsck()).isEmpty();
  }

  @Test
  void partialTilesNeedNotBeStored() {
    tiles.keySet().removeIf(path -> path.contains(".p/"));
    assertThat(fsck()).isEmpty();
  }

  @Test
  void alteredContentIsFoundWhereItIs() {
    var row = rows.get(40);
    var entry = Entry.parse(row.entry().json().with("actor", Json.of("x")));
    rows.set(40, new Stored(40, row.tenant(), row.salt(), entry, row.commitment(), false));
    assertFound(LogRecomputation.Part.CONTENT, "log index 40");
  }

  @Test
  void aRewrittenEntryIsFoundByWhatFollows() {
    var row = rows.get(40);
    var entry = Entry.parse(row.entry().json().with("actor", Json.of("x")));
    var commitment = Leaf.commitment(row.salt().bytes(), entry.canonical());
    rows.set(40, new Stored(40, row.tenant(), row.salt(), entry, commitment, false));
    var found = fsck().orElseThrow();
    assertThat(found.part()).isEqualTo(LogRecomputation.Part.TENANT_CHAIN);
  }

  @Test
  void anEntryUnderAnotherTenantIsFound() {
    var row = rows.get(40);
    var other = row.tenant().equals(Generated.TENANT) ? Generated.OTHER : Generated.TENANT;
    rows.set(40, new Stored(40, other, row.salt(), row.entry(), row.commitment(), false));
    assertFound(LogRecomputation.Part.CONTENT, "log index 40");
  }

  @Test
  void missingDoubleAndSwappedEntriesAreFound() {
    var whole = List.copyOf(rows);
    rows.remove(40);
    assertFound(LogRecomputation.Part.INDEX, "log index 41");
    rows.clear();
    rows.addAll(whole);
    rows.add(40, rows.get(39));
    assertFound(LogRecomputation.Part.INDEX, "log index 39");
    rows.clear();
    rows.addAll(whole);
    rows.set(40, whole.get(41));
    rows.set(41, whole.get(40));
    assertFound(LogRecomputation.Part.INDEX, "log index 41");
  }

  @Test
  void aCutTailIsFound() {
    rows.removeLast();
    assertThat(fsck()).isPresent();
    var cut = CompactRange.EMPTY;
    for (var row : rows) {
      cut = cut.append(Leaf.hash(row.commitment()));
    }
    head = cut;
    chains.clear();
    for (var row : rows) {
      var leafHash = Leaf.hash(row.commitment());
      chains.merge(
          row.tenant(),
          new LogRecomputation.ChainEnd(1, leafHash),
          (end, _) -> new LogRecomputation.ChainEnd(end.size() + 1, leafHash));
    }
    // All that the database holds agrees now; the checkpoint that was signed does not.
    assertFound(LogRecomputation.Part.CHECKPOINT, "the checkpoint of size 557");
  }

  @Test
  void everyFlippedBitOfATileIsFound() {
    Generated.holdsFor(
        40,
        random -> {
          var paths = List.copyOf(tiles.keySet()).stream().filter(this::compared).toList();
          var path = paths.get(random.nextInt(paths.size()));
          var bytes = Objects.requireNonNull(tiles.get(path));
          var changed = bytes.clone();
          changed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          tiles.put(path, changed);
          assertFound(LogRecomputation.Part.TILE, "tile " + path);
          tiles.put(path, bytes);
        });
  }

  /// Partial tiles of older sizes may be deleted at any time, and nothing is proved with them.
  private boolean compared(String path) {
    return !path.contains(".p/") || path.equals("0/002.p/45") || path.equals("1/000.p/2");
  }

  @Test
  void aMissingFullTileIsFound() {
    tiles.remove("0/001");
    assertFound(LogRecomputation.Part.TILE, "tile 0/001");
  }

  @Test
  void anotherHeadIsFound() {
    var hashes = new ArrayList<>(head.hashes());
    hashes.set(1, Digest.ZERO);
    head = new CompactRange(head.size(), hashes);
    assertFound(LogRecomputation.Part.HEAD, "the head");
    head = log.head.append(Digest.ZERO);
    assertFound(LogRecomputation.Part.HEAD, "the head");
  }

  @Test
  void anotherEndOfAChainIsFound() {
    chains.put(Generated.TENANT, new LogRecomputation.ChainEnd(3, Digest.ZERO));
    assertFound(LogRecomputation.Part.TENANT_CHAIN, "the ends of the chains");
  }

  @Test
  void checkpointsThatDoNotAgreeAreFound() {
    var fork = new SmallLog(new SplittableRandom(6)).grow(255).checkpoint();
    checkpoints.set(3, fork);
    assertFound(LogRecomputation.Part.CHECKPOINT, "the checkpoint of size 255");
    checkpoints.set(3, checkpoints.get(1));
    checkpoints.add(checkpoints.get(1));
    assertFound(LogRecomputation.Part.CHECKPOINT, "the checkpoint of size 1");
    checkpoints.removeLast();
    assertThat(fsck()).isEmpty();
    var note = checkpoints.get(2);
    checkpoints.set(2, new SignedNote(note.text(), checkpoints.get(4).signatures()));
    assertFound(LogRecomputation.Part.CHECKPOINT, "a checkpoint");
  }

  @Test
  void keptCheckpointsThatDoNotAgreeAreFoundByTheSizeUnderWhichTheyAreFiled() {
    for (var note : checkpoints.subList(1, checkpoints.size())) {
      long size = Checkpoint.parse(note.text()).size();
      if (kept.isEmpty() || kept.getLast().size() < size) {
        kept.add(new CheckpointWalk.Kept(size, 0, note.toString()));
      }
    }
    assertThat(fsck()).isEmpty();
    var sound = List.copyOf(kept);
    var fork = new SmallLog(new SplittableRandom(6)).grow(255).checkpoint();
    assertThat(sound.get(1).size()).isEqualTo(255);

    keep(
        1, new CheckpointWalk.Kept(255, 0, fork.toString()), "its root is not that of the entries");
    keep(1, new CheckpointWalk.Kept(255, 0, sound.get(2).note()), "its note is over 256 entries");
    keep(1, new CheckpointWalk.Kept(255, 0, "nothing"), "a note is a text");
    keep(1, new CheckpointWalk.Kept(255, 1, sound.get(1).note()), "said to have 1 witnesses");
    keep(1, new CheckpointWalk.Kept(255, -1, sound.get(1).note()), "said to have -1 witnesses");

    var stranger = SigningKey.generate(SmallLog.ORIGIN, SignatureType.ED25519, new SecureRandom());
    var text = SignedNote.parse(sound.get(1).note()).text();
    var alien = SignedNote.sign(text, List.of(stranger)).toString();
    keep(1, new CheckpointWalk.Kept(255, 0, alien), "no known key");
    var both = SignedNote.sign(text, List.of(SmallLog.KEY, stranger)).toString();
    keep(1, new CheckpointWalk.Kept(255, 0, both), "is of none of its keys");

    var longer = new SmallLog(new SplittableRandom(5)).grow(600).checkpoint();
    kept.clear();
    kept.addAll(sound);
    kept.add(new CheckpointWalk.Kept(600, 0, longer.toString()));
    assertThat(fsck())
        .hasValueSatisfying(found -> {
          assertThat(found.place()).isEqualTo("the kept checkpoint of size 600");
          assertThat(found.message()).contains("cut or set back");
        });
  }

  /// Puts `one` in the place of a kept checkpoint, and it back.
  private void keep(int place, CheckpointWalk.Kept one, String message) {
    var before = kept.set(place, one);
    assertThat(fsck())
        .as("%s", one)
        .hasValueSatisfying(found -> {
          assertThat(found.part()).isEqualTo(LogRecomputation.Part.CHECKPOINT);
          assertThat(found.place()).isEqualTo("the kept checkpoint of size " + one.size());
          assertThat(found.message()).contains(message);
        });
    kept.set(place, before);
  }

  private void assertFound(LogRecomputation.Part part, String place) {
    assertThat(fsck())
        .hasValueSatisfying(found -> {
          assertThat(found.part()).as(found.toString()).isEqualTo(part);
          assertThat(found.place()).isEqualTo(place);
        });
  }

  private Optional<LogRecomputation.Inconsistency> fsck() {
    var recomputation =
        new LogRecomputation(
            path -> Optional.ofNullable(tiles.get(path.path())),
            List.of(
                CheckpointWalk.of(checkpoints.iterator(), TrustedKeys.of(SmallLog.KEY.verifier())),
                CheckpointWalk.kept(kept.iterator(), List.of(SmallLog.KEY.verifier()))));
    Optional<LogRecomputation.Inconsistency> found = Optional.empty();
    for (var row : rows) {
      found =
          row.erased()
              ? recomputation.feedErased(row.index(), row.tenant(), row.commitment())
              : recomputation.feed(
                  row.index(), row.tenant(), row.salt(), row.entry().canonical(), row.commitment());
    }
    var finished = recomputation.finish(head, chains);
    if (found.isPresent()) {
      assertThat(finished).isEqualTo(found);
    }
    return finished;
  }
}
