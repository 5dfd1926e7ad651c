package dev.countersign.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/// Reads the lines of an export, the last one before the others, in constant memory.
///
/// The proofs can be checked only against the checkpoint, which the last line brings. For use by
/// one thread.
final class ExportLines {

  /// Few reads for a large file, little memory for many verifiers.
  private static final int BUFFER = 64 * 1024;

  private final SeekableByteChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).flip();

  /// Where the last line begins.
  private final long end;

  /// Of the next byte to be taken from the buffer.
  private long at;

  ExportLines(SeekableByteChannel file) throws IOException {
    this.file = file;
    this.end = lastLine();
  }

  /// The last line; throws [MalformedLedgerData] if it does not end or is too long.
  byte[] last() throws IOException {
    seek(end);
    var line = line(file.size());
    seek(0);
    return line;
  }

  /// The first line, whatever was read before.
  byte[] first() throws IOException {
    seek(0);
    return line(end);
  }

  /// Whether there is a line before the last one that was not yet read.
  boolean more() {
    return at < end;
  }

  byte[] next() throws IOException {
    return line(end);
  }

  /// How a file ends.
  ///
  /// @param lines how many lines there are that end
  /// @param whole whether the file ends with the last of them
  /// @param cut whether more must have followed
  record End(long lines, boolean whole, boolean cut) {}

  /// Reads through a file that has not the end of an export.
  static End end(SeekableByteChannel file) throws IOException {
    var buffer = ByteBuffer.allocate(BUFFER);
    long lines = 0;
    long from = 0;
    long to = 0;
    file.position(0);
    for (long at = 0; file.read(buffer.clear()) >= 0; at += buffer.limit()) {
      buffer.flip();
      for (int i = 0; i < buffer.limit(); i++) {
        if (buffer.get(i) == '\n') {
          lines++;
          from = to;
          to = at + i + 1;
        }
      }
    }
    boolean readable = lines > 0 && to - from <= Export.LONGEST_LINE;
    boolean whole = to == file.size();
    boolean cut = !whole || !readable || Export.endsEarly(read(file, from, (int) (to - from - 1)));
    return new End(lines, whole, cut);
  }

  private long lastLine() throws IOException {
    long size = file.size();
    // The newline that ends the last line is not the one that ends the line before it.
    for (long before = size - 1; before > 0 && size - before < Export.LONGEST_LINE; ) {
      long from = Math.max(0, before - BUFFER);
      var bytes = read(file, from, (int) (before - from));
      for (int i = bytes.length - 1; i >= 0; i--) {
        if (bytes[i] == '\n') {
          return from + i + 1;
        }
      }
      before = from;
    }
    throw new MalformedLedgerData("the file has not even a first and a last line");
  }

  private static byte[] read(SeekableByteChannel file, long from, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    file.position(from);
    while (bytes.hasRemaining()) {
      if (file.read(bytes) < 0) {
        throw new MalformedLedgerData("the file has become shorter");
      }
    }
    return bytes.array();
  }

  private byte[] line(long limit) throws IOException {
    var line = new ByteArrayOutputStream();
    while (at < limit) {
      if (!buffer.hasRemaining()) {
        buffer.clear();
        int count = file.read(buffer);
        buffer.flip();
        if (count < 0) {
          break;
        }
        continue;
      }
      byte next = buffer.get();
      at++;
      if (next == '\n') {
        return line.toByteArray();
      }
      if (line.size() == Export.LONGEST_LINE) {
        throw new MalformedLedgerData("a line is longer than " + Export.LONGEST_LINE + " bytes");
      }
      line.write(next);
    }
    throw new MalformedLedgerData("the last line does not end");
  }

  private void seek(long position) throws IOException {
    file.position(position);
    buffer.clear().flip();
    at = position;
  }
}
