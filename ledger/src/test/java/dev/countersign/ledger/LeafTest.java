package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeafTest {

  @Test
  void theVectorFileFixesTheBytes() throws IOException {
    var vectors = vectors();
    var range = CompactRange.EMPTY;
    for (var item : vectors.items("entries")) {
      var vector = (JsonObject) item;
      var entry = Entry.parse(vector.object("entry").orElseThrow());
      assertThat(new String(entry.canonical(), StandardCharsets.UTF_8))
          .isEqualTo(vector.text("canonical").orElseThrow());
      var salt = Salt.parse(vector.text("salt").orElseThrow()).orElseThrow();
      var commitment = Leaf.commitment(salt.bytes(), entry.canonical());
      assertThat(commitment.hex()).isEqualTo(vector.text("commitment").orElseThrow());
      assertThat(HexFormat.of().formatHex(Leaf.data(commitment)))
          .isEqualTo(vector.text("leaf_data").orElseThrow());
      assertThat(Leaf.hash(commitment).hex()).isEqualTo(vector.text("leaf_hash").orElseThrow());
      range = range.append(Leaf.hash(commitment));
    }
    assertThat(range.size()).isEqualTo(3);
    assertThat(range.root().hex()).isEqualTo(vectors.text("root").orElseThrow());
  }

  @Test
  void leafDataGivesItsCommitmentBack() {
    var commitment = Digest.sha256(new byte[] {1});
    assertThat(Leaf.commitmentIn(Leaf.data(commitment))).isEqualTo(commitment);
    var otherVersion = Leaf.data(commitment);
    otherVersion[3] = '2';
    assertThatThrownBy(() -> Leaf.commitmentIn(otherVersion))
        .isInstanceOf(MalformedLedgerData.class);
    assertThatThrownBy(() -> Leaf.commitmentIn(new byte[35]))
        .isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void aSaltHas32Bytes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Leaf.commitment(new byte[31], new byte[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> Salt.of(new byte[33]));
    var salt = Generated.salt(new Random(1));
    assertThat(Salt.parse(salt.hex())).contains(salt);
    assertThat(salt.toString()).doesNotContain(salt.hex());
  }

  private static JsonObject vectors() throws IOException {
    try (var in = Objects.requireNonNull(LeafTest.class.getResourceAsStream("leaf-vectors.json"))) {
      return (JsonObject) JsonReader.read(in.readAllBytes(), 16);
    }
  }
}
