package dev.countersign.ledger;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The proof, complete in itself, that one entry is in the log at one position: a C2SP tlog-proof.
///
/// Its `extra` line is base 64 of a JSON object with `salt`, `entry` and `leaf` (the leaf hash), or
/// for an erased entry `erased` and `leaf`. Nothing of it is believed before the proof holds. For
/// the leaf data that any tlog-proof verifier needs: see [Leaf]. Immutable.
///
/// ```java
/// switch (Receipt.parse(text).verify(key)) {
///   case Verdict.Verified(var checkpoint, _, _, _, _) -> ...
///   case Verdict.Refused(var flaw, var place, var message) -> ...
/// }
/// ```
public record Receipt(ProvenEntry entry, SignedNote checkpoint) {

  private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
  private static final String EXTRA = "extra ";
  private static final String INDEX = "index ";

  /// In characters: the longest note, and an entry with the largest details in base 64.
  private static final int LONGEST = 2 * SignedNote.LONGEST;

  /// Reads a receipt; throws [MalformedLedgerData]. What is read is printed as it was, but for the
  /// order and spelling of the members in `extra`.
  public static Receipt parse(String text) {
    int blank = text.indexOf("\n\n");
    if (text.length() > LONGEST || blank < 0) {
      throw new MalformedLedgerData("a receipt is a proof, a blank line and a checkpoint");
    }
    var lines = Arrays.asList(text.substring(0, blank).split("\n", -1));
    if (!lines.getFirst().equals(FIRST_LINE)) {
      throw new MalformedLedgerData("a receipt begins with `" + FIRST_LINE + "`");
    }
    var extra =
        StrictBase64.bytes(after(EXTRA, lines, 1))
            .orElseThrow(() -> new MalformedLedgerData("extra data is not base 64"));
    long index = Checkpoint.decimal(after(INDEX, lines, 2));
    var content =
        Members.read(
            extra, ProvenEntry.SALT, ProvenEntry.ENTRY, ProvenEntry.ERASED, ProvenEntry.LEAF);
    if (!content.has(ProvenEntry.LEAF)) {
      throw new MalformedLedgerData("extra data has no leaf");
    }
    var entry = ProvenEntry.parse(content, index, path(lines.subList(3, lines.size())));
    return new Receipt(entry, SignedNote.parse(text.substring(blank + 2)));
  }

  private static String after(String prefix, List<String> lines, int at) {
    if (lines.size() <= at || !lines.get(at).startsWith(prefix)) {
      throw new MalformedLedgerData("line " + (at + 1) + " of a receipt is not `" + prefix + "`");
    }
    return lines.get(at).substring(prefix.length());
  }

  private static List<Digest> path(List<String> lines) {
    if (lines.size() > InclusionProof.LONGEST_PATH) {
      throw new MalformedLedgerData("a proof has at most 63 hashes, not " + lines.size());
    }
    var path = new ArrayList<Digest>();
    for (var line : lines) {
      path.add(
          StrictBase64.bytes(line)
              .filter(bytes -> bytes.length == Digest.LENGTH)
              .map(Digest::of)
              .orElseThrow(() -> new MalformedLedgerData("a hash of the proof is not 32 bytes")));
    }
    return path;
  }

  /// Reads and verifies a file's bytes.
  public static Verdict verify(byte[] utf8, CheckedNotes notes) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return parse(text).verify(notes);
    } catch (CharacterCodingException e) {
      return new Verdict.Refused(Flaw.MALFORMED, "the file", "it is not UTF-8");
    } catch (MalformedLedgerData e) {
      return new Verdict.Refused(Flaw.MALFORMED, "the file", String.valueOf(e.getMessage()));
    }
  }

  /// Whether the entry is in the log of this key at this position.
  public Verdict verify(VerifierKey log) {
    return verify(TrustedKeys.of(log));
  }

  /// Whether the entry is in the log at this position, as these keys and witnesses have it.
  public Verdict verify(TrustedKeys keys) {
    return verify(new CheckedNotes(keys));
  }

  /// The same, sharing what is known of checkpoints with the verification of other files.
  public Verdict verify(CheckedNotes notes) {
    return switch (notes.check(checkpoint)) {
      case CheckpointVerdict.Refused(var flaw, var message) ->
          new Verdict.Refused(flaw, "the checkpoint", message);
      case CheckpointVerdict.Accepted accepted -> verify(accepted);
    };
  }

  private Verdict verify(CheckpointVerdict.Accepted accepted) {
    var flaw = entry.flaw(accepted.checkpoint());
    if (flaw.isPresent()) {
      return flaw.get();
    }
    long erased = entry.disclosure() instanceof Disclosure.Erased ? 1 : 0;
    return new Verdict.Verified(accepted.checkpoint(), accepted.witnesses(), 1, erased, List.of());
  }

  /// The text of the receipt.
  @Override
  public String toString() {
    var out = new StringBuilder(FIRST_LINE).append('\n');
    out.append(EXTRA).append(StrictBase64.text(CanonicalJson.bytes(entry.content()))).append('\n');
    out.append(INDEX).append(entry.index()).append('\n');
    entry.path().forEach(hash -> out.append(StrictBase64.text(hash.bytes())).append('\n'));
    return out.append('\n').append(checkpoint).toString();
  }
}
