package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What others have published of the formats we speak; the folder is named by the environment
/// variable `COUNTERSIGN_SHARED_DATA`.
@Tag("vectors")
class PublishedVectorsTest {

  private static final Path FOLDER =
      Path.of(Objects.requireNonNull(System.getenv("COUNTERSIGN_SHARED_DATA")), "5-tlog");

  @Test
  void knownHashesOfRfc6962() {
    var known = json("rfc6962_known_hashes.json");
    var leaves =
        strings(known.items("leaf_inputs_hex")).stream()
            .map(hex -> MerkleTree.leafHash(HexFormat.of().parseHex(hex)))
            .toList();
    var level = leaves;
    for (var item : known.items("node_hashes_hex")) {
      var expected = item instanceof JsonArray(var hashes) ? strings(hashes) : List.<String>of();
      assertThat(level.stream().map(Digest::hex)).isEqualTo(expected);
      var above = new ArrayList<Digest>();
      for (int i = 0; i + 1 < level.size(); i += 2) {
        above.add(MerkleTree.nodeHash(level.get(i), level.get(i + 1)));
      }
      level = above;
    }
    var roots = strings(known.items("root_hashes_hex_by_size"));
    assertThat(roots).hasSize(9);
    for (int size = 0; size < roots.size(); size++) {
      assertThat(MerkleTree.root(leaves.subList(0, size)).hex()).isEqualTo(roots.get(size));
    }
  }

  @Test
  void inclusionProofsGoodAndBad() {
    int good = 0;
    var files = files("merkle-proofs/inclusion");
    for (var file : files) {
      var vector = vector(file);
      boolean verified =
          attempt(() ->
              new InclusionProof(
                      number(vector, "leafIdx"), number(vector, "treeSize"), proof(vector))
                  .verifies(digest(vector, "leafHash"), digest(vector, "root")));
      assertThat(verified).as(file.toString()).isEqualTo(!refused(vector));
      good += verified ? 1 : 0;
    }
    assertThat(files).hasSize(98);
    assertThat(good).isPositive();
  }

  @Test
  void consistencyProofsGoodAndBad() {
    int good = 0;
    var files = files("merkle-proofs/consistency");
    for (var file : files) {
      var vector = vector(file);
      boolean verified =
          attempt(() ->
              new ConsistencyProof(number(vector, "size1"), number(vector, "size2"), proof(vector))
                  .verifies(digest(vector, "root1"), digest(vector, "root2")));
      assertThat(verified).as(file.toString()).isEqualTo(!refused(vector));
      good += verified ? 1 : 0;
    }
    assertThat(files).hasSize(98);
    assertThat(good).isPositive();
  }

  @Test
  void everyCheckpointAndTileOfALogOfTessera() {
    var keyLine = text("tessera-log15/KEYS.txt").lines().findFirst().orElseThrow();
    var keys = TrustedKeys.of(VerifierKey.parse(keyLine.substring(keyLine.indexOf('=') + 1)));
    var checkpoints = new ArrayList<Checkpoint>();
    for (int size = 0; size <= 15; size++) {
      var note = SignedNote.parse(bytes("tessera-log15/checkpoint." + size));
      var accepted = (CheckpointVerdict.Accepted) keys.check(note);
      assertThat(accepted.checkpoint().size()).isEqualTo(size);
      assertThat(note.toString()).isEqualTo(text("tessera-log15/checkpoint." + size));
      checkpoints.add(accepted.checkpoint());
    }
    var builder = new TileBuilder();
    var head = CompactRange.EMPTY;
    assertThat(checkpoints.getFirst()).isEqualTo(Checkpoint.of(origin(checkpoints), head));
    for (int size = 1; size <= 15; size++) {
      var leaves = EntryBundle.leaves(bytes("tessera-log15/tile/" + entries(size)));
      assertThat(leaves).hasSize(size);
      var leafHash = MerkleTree.leafHash(leaves.getLast());
      head = head.append(leafHash);
      builder.append(leafHash, (path, _) -> assertThat(path).isNull());
      builder.partials(
          (path, bytes) -> assertThat(bytes).isEqualTo(bytes("tessera-log15/tile/" + path.path())));
      assertThat(Checkpoint.of(origin(checkpoints), head)).isEqualTo(checkpoints.get(size));
      provesEverything(size, leaves, checkpoints);
    }
  }

  private static void provesEverything(
      int size, List<byte[]> leaves, List<Checkpoint> checkpoints) {
    HashSource tiles =
        (level, index, width) ->
            bytes("tessera-log15/tile/" + new TilePath.Hashes(level, index, width).path());
    var proofs = new ProofBuilder(tiles, size);
    var root = checkpoints.get(size).root();
    for (int index = 0; index < size; index++) {
      var leafHash = MerkleTree.leafHash(leaves.get(index));
      assertThat(proofs.inclusion(index, size).verifies(leafHash, root)).isTrue();
      var older = checkpoints.get(index + 1);
      assertThat(proofs.root(index + 1)).isEqualTo(older.root());
      assertThat(proofs.consistency(index + 1, size).verifies(older.root(), root)).isTrue();
    }
  }

  @Test
  void signedNotesOfGoAndC2sp() {
    var vectors = json("go-sumdb/signed_note_vectors.json");
    var text = value(vectors, "text");
    var peter = VerifierKey.parse(value(vectors, "vkey_peter"));
    var enoch = VerifierKey.parse(value(vectors, "vkey_enoch"));
    assertThat(peter.toString()).isEqualTo(value(vectors, "vkey_peter"));
    var key = SigningKey.parse(value(vectors, "skey_peter"));
    assertThat(key.verifier()).isEqualTo(peter);
    assertThat(key.sign(text).line()).isEqualTo(value(vectors, "sig_peter"));

    var note =
        SignedNote.parse(text + "\n" + value(vectors, "sig_peter") + value(vectors, "sig_enoch"));
    assertThat(note.verify(List.of(peter, enoch)))
        .isInstanceOfSatisfying(
            NoteVerdict.Verified.class, verified -> assertThat(verified.signatures()).hasSize(2));
    assertThat(note.verify(List.of(enoch))).isInstanceOf(NoteVerdict.Verified.class);
    var forged = new SignedNote("other\n", note.signatures());
    assertThat(forged.verify(List.of(enoch))).isEqualTo(new NoteVerdict.Forged(enoch));

    for (var bad : strings(vectors.items("bad_vkeys"))) {
      assertThatThrownBy(() -> VerifierKey.parse(bad)).isInstanceOf(MalformedLedgerData.class);
    }
    var example = vectors.object("c2sp_example").orElseThrow();
    assertThat(
            SignedNote.parse(value(example, "note"))
                .verify(List.of(VerifierKey.parse(value(example, "vkey")))))
        .isInstanceOf(NoteVerdict.Verified.class);
  }

  @Test
  void theNewestCheckpointAndTheEntriesOfTessera() {
    assertThat(text("tessera-log15/checkpoint")).isEqualTo(text("tessera-log15/checkpoint.15"));
    var words = text("tessera-log15/KEYS.txt").lines().skip(1).findFirst().orElseThrow();
    var leaves =
        EntryBundle.leaves(bytes("tessera-log15/tile/" + entries(15))).stream()
            .map(leaf -> new String(leaf, StandardCharsets.UTF_8))
            .toList();
    assertThat(words).endsWith(String.join(" ", leaves));
  }

  /// A vector that is added must be run, too; `.state` is the writer's own.
  @Test
  void noFileIsLeftOut() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      assertThat(files.filter(Files::isRegularFile).map(FOLDER::relativize))
          .allMatch(file ->
              file.endsWith("SOURCE.tsv")
                  || file.toString()
                      .matches(
                          "c2sp-specs/[a-z-]+\\.md|rfc6962_known_hashes\\.json|go-sumdb/signed_note_vectors\\.json"
                              + "|merkle-proofs/(inclusion|consistency)/.+\\.json"
                              + "|tessera-log15/(\\.state/\\w+(\\.lock)?|KEYS\\.txt|checkpoint(\\.\\d+)?|tile/(0|entries)/000\\.p/\\d+)"));
    }
  }

  @Test
  void everySubstringAndChangedByteOfAVerifierKeyIsRefused() {
    var vkey = value(json("go-sumdb/signed_note_vectors.json"), "vkey_peter");
    for (int from = 0; from < vkey.length(); from++) {
      for (int to = from; to <= vkey.length(); to++) {
        var part = vkey.substring(from, to);
        if (!part.equals(vkey)) {
          assertThatThrownBy(() -> VerifierKey.parse(part))
              .as(part)
              .isInstanceOf(MalformedLedgerData.class);
        }
      }
      var changed =
          vkey.substring(0, from) + (char) (vkey.charAt(from) + 1) + vkey.substring(from + 1);
      assertThatThrownBy(() -> VerifierKey.parse(changed)).isInstanceOf(MalformedLedgerData.class);
    }
  }

  private static String entries(int size) {
    return new TilePath.Entries(0, size).path();
  }

  private static String origin(List<Checkpoint> checkpoints) {
    return checkpoints.getFirst().origin();
  }

  /// A vector that can't even be built, such as a size under zero, is refused by that.
  private static boolean attempt(BooleanSupplier verification) {
    try {
      return verification.getAsBoolean();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Indexes of 2^64 - 1, which are minus one in the reference's arithmetic, are no double.
  private static final Pattern UNSIGNED = Pattern.compile("18446744073709551615");

  private static JsonObject vector(Path file) {
    try {
      Matcher matcher = UNSIGNED.matcher(Files.readString(file));
      return JsonReader.readObject(matcher.replaceAll("-1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(JsonObject vector, String name) {
    return vector.number(name).orElseThrow().longValue();
  }

  private static boolean refused(JsonObject vector) {
    return vector.truth("wantErr").orElseThrow();
  }

  private static Digest digest(JsonObject vector, String name) {
    var bytes = Base64.getDecoder().decode(vector.text(name).orElse(""));
    // Some vectors have words where roots belong; only whether they are equal matters there. An
    // empty one is no digest at all.
    return bytes.length == Digest.LENGTH || bytes.length == 0
        ? Digest.of(bytes)
        : Digest.sha256("words".getBytes(StandardCharsets.UTF_8), bytes);
  }

  private static List<Digest> proof(JsonObject vector) {
    return strings(vector.items("proof")).stream()
        .map(hash -> Digest.of(Base64.getDecoder().decode(hash)))
        .toList();
  }

  private static List<String> strings(List<? extends Json> items) {
    return items.stream()
        .flatMap(item -> Optional.of(item).filter(JsonString.class::isInstance).stream())
        .map(item -> ((JsonString) item).value())
        .toList();
  }

  private static String value(JsonObject object, String name) {
    return object.text(name).orElseThrow();
  }

  private static JsonObject json(String file) {
    return (JsonObject) JsonReader.read(bytes(file), 16);
  }

  private static String text(String file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String file) {
    try {
      return Files.readAllBytes(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(String folder) {
    try (Stream<Path> files = Files.walk(FOLDER.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
