package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.Arrays;
import java.util.List;

/// What a log commits to: its origin, its size and the root over all its leaves (C2SP
/// tlog-checkpoint). Immutable.
///
/// A claim until a [SignedNote] over its text has been verified; [TrustedKeys#check] does both.
///
/// @param extensions further lines of other logs, kept so that the text stays the same; ours has
///   none
public record Checkpoint(String origin, long size, Digest root, List<String> extensions) {

  public Checkpoint {
    extensions = List.copyOf(extensions);
    if (!line(origin) || !extensions.stream().allMatch(Checkpoint::line)) {
      throw new MalformedLedgerData("a line of a checkpoint is empty or is more than one");
    }
    if (size < 0) {
      throw new MalformedLedgerData("a checkpoint's size `" + size + "` is negative");
    }
    if (size == 0 && !root.equals(MerkleTree.EMPTY_ROOT)) {
      throw new MalformedLedgerData("a checkpoint of size 0 has not the root of an empty tree");
    }
  }

  public static Checkpoint of(String origin, CompactRange head) {
    return new Checkpoint(origin, head.size(), head.root(), List.of());
  }

  /// The checkpoint written in a note's text; throws [MalformedLedgerData].
  public static Checkpoint parse(String text) {
    var lines = Lines.of(text);
    return new Checkpoint(lines.origin(), lines.size(), lines.root(), lines.extensions());
  }

  /// Whether a text can be read as a checkpoint's, whatever it claims.
  public static boolean reads(String text) {
    try {
      return !Lines.of(text).origin().isEmpty();
    } catch (MalformedLedgerData e) {
      return false;
    }
  }

  /// What a checkpoint's text says, which need not make sense.
  record Lines(String origin, long size, Digest root, List<String> extensions) {

    static Lines of(String text) {
      var lines = Arrays.asList(text.split("\n", -1));
      if (lines.size() < 4 || !lines.getLast().isEmpty()) {
        throw new MalformedLedgerData("a checkpoint has at least three lines");
      }
      var extensions = lines.subList(3, lines.size() - 1);
      if (!line(lines.getFirst()) || !extensions.stream().allMatch(Checkpoint::line)) {
        throw new MalformedLedgerData("a line of a checkpoint is empty or is more than one");
      }
      var root =
          StrictBase64.bytes(lines.get(2))
              .filter(bytes -> bytes.length == Digest.LENGTH)
              .map(Digest::of)
              .orElseThrow(() -> new MalformedLedgerData("a checkpoint's root is not 32 bytes"));
      return new Lines(lines.getFirst(), decimal(lines.get(1)), root, extensions);
    }

    boolean emptyWithAnotherRoot() {
      return size == 0 && !root.equals(MerkleTree.EMPTY_ROOT);
    }
  }

  /// The text that is signed.
  public String text() {
    var text = new StringBuilder();
    text.append(origin).append('\n').append(size).append('\n');
    text.append(StrictBase64.text(root.bytes())).append('\n');
    extensions.forEach(extension -> text.append(extension).append('\n'));
    return text.toString();
  }

  /// An ASCII decimal without leading zeroes, of at most 2^63 - 1.
  static long decimal(String digits) {
    try {
      long number = Long.parseLong(digits);
      if (number >= 0 && String.valueOf(number).equals(digits)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new MalformedLedgerData("`" + digits + "` is not a decimal number", e);
    }
    throw new MalformedLedgerData("`" + digits + "` is not a decimal number");
  }

  private static boolean line(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= 0x20);
  }
}
