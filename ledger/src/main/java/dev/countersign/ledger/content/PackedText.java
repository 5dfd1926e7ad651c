package dev.countersign.ledger.content;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The canonical text of an entry in fewer bytes. Entries are short and much alike, so they are
/// compressed one by one with a dictionary of what they have in common: Zstandard (RFC 8878), level
/// 1, a quarter of the bytes of a decision in three microseconds.
///
/// A packed text is a byte that says its form, then either the text as it is, or its length in
/// three bytes and one frame without dictionary id and checksum. A dictionary never changes; a
/// better one gets a form of its own. Safe for use by many threads.
final class PackedText {
  /// No text is longer: the largest entry has some 70 KB.
  static final int LONGEST = 1 << 20;

  private static final byte AS_IT_IS = 0;
  private static final byte DICTIONARY_1 = 1;
  private static final int LENGTH_AT = 1;
  private static final int FRAME_AT = 4;
  private static final int LEVEL = 1;

  private static final byte[] DICTIONARY = dictionary("dictionary-1.zstd");
  private static final ZstdDictCompress FORTH = new ZstdDictCompress(DICTIONARY, LEVEL);
  private static final ZstdDictDecompress BACK = new ZstdDictDecompress(DICTIONARY);

  /// What the library works in is native memory, made once and used again; there are never more
  /// than threads that pack at the same time, since packing waits for nothing.
  private static final Queue<ZstdCompressCtx> COMPRESSORS = new ConcurrentLinkedQueue<>();

  private static final Queue<ZstdDecompressCtx> DECOMPRESSORS = new ConcurrentLinkedQueue<>();

  private PackedText() {}

  /// Packs a text of at most [#LONGEST] bytes; throws IllegalArgumentException for a longer one.
  static byte[] pack(byte[] text) {
    if (text.length > LONGEST) {
      throw new IllegalArgumentException(
          "a text of " + text.length + " bytes is longer than " + LONGEST);
    }
    // Where the frame would not be shorter than the text, the library says that it does not fit.
    var packed = new byte[FRAME_AT + text.length];
    var compressor = COMPRESSORS.poll();
    if (compressor == null) {
      compressor = compressor();
    }
    try {
      int frame = compressor.compressByteArray(packed, FRAME_AT, text.length, text, 0, text.length);
      packed[0] = DICTIONARY_1;
      packed[LENGTH_AT] = (byte) (text.length >>> 16);
      packed[LENGTH_AT + 1] = (byte) (text.length >>> 8);
      packed[LENGTH_AT + 2] = (byte) text.length;
      return Arrays.copyOf(packed, FRAME_AT + frame);
    } catch (ZstdException e) {
      packed[0] = AS_IT_IS;
      System.arraycopy(text, 0, packed, 1, text.length);
      return Arrays.copyOf(packed, 1 + text.length);
    } finally {
      COMPRESSORS.add(compressor);
    }
  }

  /// The text that `bytes` hold from `at` on; empty if nothing was packed so.
  static Optional<byte[]> unpack(byte[] bytes, int at) {
    if (at >= bytes.length) {
      return Optional.empty();
    }
    return switch (bytes[at]) {
      case AS_IT_IS -> Optional.of(Arrays.copyOfRange(bytes, at + 1, bytes.length));
      case DICTIONARY_1 -> decompressed(bytes, at);
      default -> Optional.empty();
    };
  }

  private static Optional<byte[]> decompressed(byte[] bytes, int at) {
    if (bytes.length - at < FRAME_AT) {
      return Optional.empty();
    }
    int length =
        (bytes[at + LENGTH_AT] & 0xff) << 16
            | (bytes[at + LENGTH_AT + 1] & 0xff) << 8
            | (bytes[at + LENGTH_AT + 2] & 0xff);
    if (length > LONGEST) {
      return Optional.empty();
    }
    var text = new byte[length];
    var decompressor = DECOMPRESSORS.poll();
    if (decompressor == null) {
      decompressor = new ZstdDecompressCtx().loadDict(BACK);
    }
    try {
      int frame = at + FRAME_AT;
      int written =
          decompressor.decompressByteArray(text, 0, length, bytes, frame, bytes.length - frame);
      return written == length ? Optional.of(text) : Optional.empty();
    } catch (ZstdException e) {
      return Optional.empty();
    } finally {
      DECOMPRESSORS.add(decompressor);
    }
  }

  private static ZstdCompressCtx compressor() {
    return new ZstdCompressCtx()
        .loadDict(FORTH)
        .setContentSize(false)
        .setDictID(false)
        .setChecksum(false);
  }

  private static byte[] dictionary(String name) {
    try (var in = PackedText.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource `" + name + "` is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
