package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a log asks of a witness: to cosign a checkpoint that continues the one that it cosigned
/// last (the body of C2SP tlog-witness' `add-checkpoint`). Immutable.
///
/// A claim: nothing of it is believed before [WatchedLog] has judged it. A checkpoint of size 0
/// with another root than the empty tree's can be written like this, and is refused there.
///
/// @param oldSize the size of the checkpoint that the witness cosigned last, 0 if it has none
/// @param proof that the tree of the note's checkpoint begins with that of the old size
public record AddCheckpoint(long oldSize, List<Digest> proof, SignedNote note) {

  /// In bytes: the old size, the longest proof, and a note with sixteen signatures of five
  /// kilobytes.
  public static final int LARGEST = 128 * 1024;

  private static final String OLD = "old ";
  private static final int LONGEST_PROOF = 63;

  public AddCheckpoint {
    proof = List.copyOf(proof);
    if (oldSize < 0) {
      throw new MalformedLedgerData("the old size `" + oldSize + "` is negative");
    }
    if (proof.size() > LONGEST_PROOF) {
      throw new MalformedLedgerData("a proof has at most 63 lines, not " + proof.size());
    }
    Checkpoint.Lines.of(note.text());
  }

  /// Reads a body; throws [MalformedLedgerData].
  public static AddCheckpoint parse(byte[] body) {
    try {
      return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      throw new MalformedLedgerData("the body is not UTF-8", e);
    }
  }

  private static AddCheckpoint parse(String body) {
    int blank = body.indexOf("\n\n");
    if (body.length() > LARGEST || blank < 0 || !body.startsWith(OLD)) {
      throw new MalformedLedgerData(
          "the body is `old` and a size, a proof, an empty line and a checkpoint");
    }
    var lines = Arrays.asList(body.substring(OLD.length(), blank).split("\n", LONGEST_PROOF + 3));
    var proof = new ArrayList<Digest>();
    for (var line : lines.subList(1, lines.size())) {
      proof.add(
          StrictBase64.bytes(line)
              .filter(bytes -> bytes.length == Digest.LENGTH)
              .map(Digest::of)
              .orElseThrow(() -> new MalformedLedgerData("a line of the proof is not 32 bytes")));
    }
    return new AddCheckpoint(
        Checkpoint.decimal(lines.getFirst()), proof, SignedNote.parse(body.substring(blank + 2)));
  }

  /// Of which log the checkpoint is, as it claims.
  public String origin() {
    return Checkpoint.Lines.of(note.text()).origin();
  }

  /// Over how many entries it is, as it claims.
  public long size() {
    return Checkpoint.Lines.of(note.text()).size();
  }

  /// The body, byte for byte.
  @Override
  public String toString() {
    var out = new StringBuilder(OLD).append(oldSize).append('\n');
    proof.forEach(hash -> out.append(StrictBase64.text(hash.bytes())).append('\n'));
    return out.append('\n').append(note).toString();
  }
}
