package dev.countersign.cli.replay;

import dev.countersign.kernel.Digest;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/// The bytes of a log file, unpacked if its name ends in `.gz`, with the digest of the file itself.
/// MUST be closed.
final class LogBytes extends FilterInputStream {
  /// A packed file of a few megabytes may stand for more than a disk holds.
  private static final long MOST_UNPACKED = 16L << 30;

  private static final int BUFFER = 1 << 16;

  private final DigestInputStream file;
  private long read;

  private LogBytes(InputStream unpacked, DigestInputStream file) {
    super(unpacked);
    this.file = file;
  }

  static LogBytes open(Path path) throws IOException {
    var file = new DigestInputStream(new BufferedInputStream(Files.newInputStream(path)), sha256());
    try {
      boolean packed = path.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
      return new LogBytes(packed ? new GZIPInputStream(file, BUFFER) : file, file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    int count = super.read(bytes, from, length);
    count(Math.max(count, 0));
    return count;
  }

  private void count(int more) throws IOException {
    read += more;
    if (read > MOST_UNPACKED) {
      throw new IOException("it unpacks to more than 16 GiB");
    }
  }

  /// Of the whole file, whatever of it was read.
  Digest digest() throws IOException {
    var rest = new byte[BUFFER];
    while (file.read(rest) >= 0) {
      // Only the digest is wanted.
    }
    return Digest.of(file.getMessageDigest().digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
