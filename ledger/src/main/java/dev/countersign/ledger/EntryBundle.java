package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bytes of an entry tile (C2SP tlog-tiles): the leaf data of up to 256 entries, each after its
/// length as two bytes, the higher first.
public final class EntryBundle {

  private EntryBundle() {}

  /// The bundle of entries with these commitments.
  public static byte[] bytes(List<Digest> commitments) {
    if (commitments.size() > TilePath.FULL) {
      throw new IllegalArgumentException(
          "a bundle holds at most 256 entries, not " + commitments.size());
    }
    var out = new ByteArrayOutputStream(commitments.size() * (2 + Leaf.LENGTH));
    for (var commitment : commitments) {
      out.write(0);
      out.write(Leaf.LENGTH);
      out.writeBytes(Leaf.data(commitment));
    }
    return out.toByteArray();
  }

  /// The leaf data in a bundle of any log, ours or another's; throws [MalformedLedgerData] if it is
  /// cut off or holds too many.
  public static List<byte[]> leaves(byte[] bundle) {
    var leaves = new ArrayList<byte[]>();
    int at = 0;
    while (at < bundle.length) {
      int start = at + 2;
      int length =
          start > bundle.length
              ? bundle.length
              : Byte.toUnsignedInt(bundle[at]) << 8 | Byte.toUnsignedInt(bundle[at + 1]);
      if (length > bundle.length - start) {
        throw new MalformedLedgerData("entry " + leaves.size() + " of a bundle is cut off");
      }
      at = start + length;
      leaves.add(Arrays.copyOfRange(bundle, start, at));
    }
    if (leaves.size() > TilePath.FULL) {
      throw new MalformedLedgerData("a bundle holds `" + leaves.size() + "` entries");
    }
    return List.copyOf(leaves);
  }
}
