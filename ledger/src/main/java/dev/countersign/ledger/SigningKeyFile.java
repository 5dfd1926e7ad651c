package dev.countersign.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/// A file that holds one [SigningKey] and that only its owner may read or write.
///
/// One line: the key's private text. A file that others may read or write, or on a file system that
/// can't say so, is refused.
public final class SigningKeyFile {

  /// A key's text with the longest name that fits a sensible origin.
  private static final int LARGEST = 4096;

  private final Path path;

  public SigningKeyFile(Path path) {
    this.path = path;
  }

  /// Writes a key to a new file and makes it durable; an existing file is never touched.
  public void create(SigningKey key) {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    var options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var file = FileChannel.open(path, options, ownerOnly)) {
      var text = ByteBuffer.wrap((key.privateText() + "\n").getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) {
        file.write(text);
      }
      file.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("signing key file `" + path + "` can't be written", e);
    }
    syncFolder();
  }

  /// Reads the key; throws [MalformedLedgerData] if it is damaged or open to others.
  public SigningKey load() {
    try {
      checkOwnerOnly();
      if (Files.size(path) > LARGEST) {
        throw new MalformedLedgerData("signing key file `" + path + "` is too large for a key");
      }
      var text = Files.readString(path, StandardCharsets.UTF_8);
      return SigningKey.parse(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    } catch (IOException e) {
      throw new UncheckedIOException("signing key file `" + path + "` can't be read", e);
    }
  }

  public boolean exists() {
    return Files.exists(path);
  }

  private void checkOwnerOnly() throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view == null) {
      throw new MalformedLedgerData(
          "signing key file `" + path + "` is where no one can tell who may read it");
    }
    boolean open =
        view.readAttributes().permissions().stream()
            .anyMatch(permission -> !permission.name().startsWith("OWNER_"));
    if (open) {
      throw new MalformedLedgerData(
          "signing key file `" + path + "` is open to others: allow its owner alone (mode 600)");
    }
  }

  /// So that the file's name survives a crash as its content does.
  private void syncFolder() {
    var folder = path.toAbsolutePath().getParent();
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "folder of signing key file `" + path + "` can't be synced", e);
    }
  }
}
