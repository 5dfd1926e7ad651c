package dev.countersign.ledger.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/// The folder in which each expiry day's secret is a file that only its owner may read. Several
/// nodes share it.
///
/// A secret is written whole under another name, flushed, and linked to its own: whoever comes
/// second finds the first one's, complete, and a crash leaves either the whole secret or none. Safe
/// for use by many threads and processes.
public final class ContentKeyFolder {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final Set<PosixFilePermission> OWNER_FOLDER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /// Hexadecimal digits and a newline.
  private static final int FILE_LENGTH = 2 * ContentSecret.LENGTH + 1;

  private final Path folder;
  private final SecureRandom random;

  public ContentKeyFolder(Path folder, SecureRandom random) {
    this.folder = folder;
    this.random = random;
  }

  /// The secret of a day; makes it if there is none. MUST only be called for a day of which nothing
  /// is recorded.
  ContentSecret findOrMake(ContentDay day) {
    var found = find(day);
    if (found.isPresent()) {
      return found.get();
    }
    var bytes = new byte[ContentSecret.LENGTH];
    random.nextBytes(bytes);
    var draft = folder.resolve(".%s.%016x".formatted(day.name(), random.nextLong()));
    try {
      makeFolder();
      write(draft, (HexFormat.of().formatHex(bytes) + "\n").getBytes(StandardCharsets.US_ASCII));
      try {
        Files.createLink(path(day), draft);
      } catch (FileAlreadyExistsException another) {
        // Somebody else made it meanwhile; his counts.
      }
      Files.delete(draft);
      flushFolder();
    } catch (IOException | UnsupportedOperationException e) {
      throw new ContentKeyFailure(
          "the content key folder `%s` cannot be written; it must be writable for this user, on a file system with hard links"
              .formatted(folder),
          e);
    }
    return find(day).orElseThrow(() -> missing(day));
  }

  /// The secret of a day, empty if there is none; throws [ContentKeyFailure] for a file that is
  /// damaged or that others may read.
  Optional<ContentSecret> find(ContentDay day) {
    var path = path(day);
    try {
      var permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
      if (!OWNER.containsAll(permissions)) {
        throw new ContentKeyFailure(
            "others may read the content secret `%s`; run `chmod 600` on it".formatted(path));
      }
      if (Files.size(path) != FILE_LENGTH) {
        throw damaged(path);
      }
      var text = Files.readString(path, StandardCharsets.US_ASCII);
      return Optional.of(new ContentSecret(HexFormat.of().parseHex(text.strip())));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw damaged(path);
    } catch (IOException e) {
      throw new ContentKeyFailure("the content secret `%s` cannot be read".formatted(path), e);
    }
  }

  /// Overwrites and removes a day's secret; does nothing if there is none. What a file system keeps
  /// of overwritten blocks, or a copy of the folder, is beyond it.
  void destroy(ContentDay day) {
    var path = path(day);
    try {
      if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      var noise = new byte[FILE_LENGTH];
      random.nextBytes(noise);
      try (var file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        writeAll(file, noise);
      }
      Files.deleteIfExists(path);
      flushFolder();
    } catch (NoSuchFileException gone) {
      // Another node was faster.
    } catch (IOException e) {
      throw new ContentKeyFailure("the content secret `%s` cannot be removed".formatted(path), e);
    }
  }

  ContentKeyFailure missing(ContentDay day) {
    return new ContentKeyFailure(
        "the secret of content that expires on %s is missing: `%s`; restore the folder, or set `countersign.ledger.content-keys` to the one that all nodes share"
            .formatted(day, path(day)));
  }

  ContentKeyFailure other(ContentDay day) {
    return new ContentKeyFailure(
        "`%s` is not the secret with which this database's content is sealed; use the folder that belongs to the database"
            .formatted(path(day)));
  }

  private static ContentKeyFailure damaged(Path path) {
    return new ContentKeyFailure(
        "the content secret `%s` is damaged; restore it from a backup".formatted(path));
  }

  private Path path(ContentDay day) {
    return folder.resolve(day.name());
  }

  private void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_FOLDER));
    }
  }

  private static void write(Path path, byte[] bytes) throws IOException {
    var options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var file = FileChannel.open(path, options, PosixFilePermissions.asFileAttribute(OWNER))) {
      writeAll(file, bytes);
    }
  }

  private static void writeAll(FileChannel file, byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    file.force(true);
  }

  /// So that a name survives a crash, or stays gone, as the file's content does.
  private void flushFolder() throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
