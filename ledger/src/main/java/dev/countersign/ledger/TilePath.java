package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The name of a tile in C2SP tlog-tiles: which hashes or entries of the log it holds.
///
/// ```
/// 0/x001/x234/067          the full tile 1234067 of the leaf hashes
/// 1/000.p/17               the first 17 hashes of the first tile one level up
/// entries/000.p/5          the first five entries
/// ```
///
/// A path has one spelling: what [#parse] accepts is what [#path] prints.
public sealed interface TilePath {

  /// How many hashes or entries a full tile holds.
  int FULL = 256;

  /// The levels of a tree that one tile spans: 2^8 is 256.
  int HEIGHT = 8;

  /// Higher tiles are empty: no tree here has 2^64 leaves.
  int LEVELS = 8;

  /// Hashes of complete subtrees, 256 to the power of the level leaves each.
  record Hashes(int level, long index, int width) implements TilePath {
    public Hashes {
      // The format allows levels to 63.
      if (level < 0 || level > 63) {
        throw new IllegalArgumentException("a tile's level `" + level + "` is not from 0 to 63");
      }
      check(index, width);
    }

    @Override
    public String path() {
      return level + "/" + position(index, width);
    }
  }

  /// Leaf data.
  record Entries(long index, int width) implements TilePath {
    public Entries {
      check(index, width);
    }

    @Override
    public String path() {
      return "entries/" + position(index, width);
    }
  }

  /// The position among the tiles of its level, from 0.
  long index();

  /// How many hashes or entries it holds, from 1 to [#FULL].
  int width();

  /// What follows `/tile/` in its address.
  String path();

  /// The tile of this path, or empty if it is not exactly as [#path] prints it.
  static Optional<TilePath> parse(String path) {
    int slash = path.indexOf('/');
    // Seven groups of three digits hold any long.
    if (slash < 0 || path.length() > 48) {
      return Optional.empty();
    }
    String first = path.substring(0, slash);
    String rest = path.substring(slash + 1);
    int partial = rest.indexOf(".p/");
    try {
      long index = index(partial < 0 ? rest : rest.substring(0, partial));
      int width = partial < 0 ? FULL : (int) decimal(rest.substring(partial + 3));
      TilePath tile =
          first.equals("entries")
              ? new Entries(index, width)
              : new Hashes((int) decimal(first), index, width);
      return tile.path().equals(path) ? Optional.of(tile) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// How many hashes tile `index` of `level` holds in a tree of `treeSize`: 0 if it is not there,
  /// [#FULL] if it is full. Level 0 also tells the width of entry bundles.
  static int width(int level, long index, long treeSize) {
    if (level >= LEVELS) {
      return 0;
    }
    long hashes = treeSize >>> (HEIGHT * level);
    long before = index << HEIGHT;
    return index > hashes >>> HEIGHT ? 0 : (int) Math.min(FULL, hashes - before);
  }

  /// The hashes that stand one after the other in a tile's bytes; throws [MalformedLedgerData]
  /// unless they are whole.
  static List<Digest> hashes(byte[] bytes) {
    if (bytes.length % Digest.LENGTH != 0) {
      throw new MalformedLedgerData("`" + bytes.length + "` bytes are not a number of hashes");
    }
    var hashes = new ArrayList<Digest>(bytes.length / Digest.LENGTH);
    for (int at = 0; at < bytes.length; at += Digest.LENGTH) {
      hashes.add(Digest.of(Arrays.copyOfRange(bytes, at, at + Digest.LENGTH)));
    }
    return hashes;
  }

  /// The bytes of a tile with these hashes.
  static byte[] bytes(List<Digest> hashes) {
    var bytes = new byte[hashes.size() * Digest.LENGTH];
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(hashes.get(i).bytes(), 0, bytes, i * Digest.LENGTH, Digest.LENGTH);
    }
    return bytes;
  }

  private static void check(long index, int width) {
    if (index < 0) {
      throw new IllegalArgumentException("a tile's index `" + index + "` is negative");
    }
    if (width < 1 || width > FULL) {
      throw new IllegalArgumentException("a tile's width `" + width + "` is not from 1 to 256");
    }
  }

  private static String position(long index, int width) {
    var path = new StringBuilder(threeDigits(index % 1000));
    for (long rest = index / 1000; rest > 0; rest /= 1000) {
      path.insert(0, "x" + threeDigits(rest % 1000) + "/");
    }
    return width == FULL ? path.toString() : path.append(".p/").append(width).toString();
  }

  private static String threeDigits(long group) {
    return String.valueOf(1000 + group).substring(1);
  }

  /// Lenient, since the caller compares what is printed again.
  private static long index(String groups) {
    return decimal(groups.replace("x", "").replace("/", ""));
  }

  private static long decimal(String digits) {
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("`" + digits + "` is not a number");
    }
    return Long.parseLong(digits);
  }
}
