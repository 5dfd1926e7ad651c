package dev.countersign.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Directories and files that only their owner may read, and that are whole or not there.
final class Directories {

  private Directories() {}

  static void createOwnerOnly(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, permissions("rwx------"));
    }
  }

  /// Writes a file of the owner, on the disk before it has its name.
  static void writeOwnerOnly(Path file, String content) throws IOException {
    var unnamed = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(unnamed);
    try (var channel =
        FileChannel.open(
            unnamed,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            permissions("rw-------"))) {
      var bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    move(unnamed, file);
  }

  /// Gives a finished file or directory its name, durably.
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    var parent = to.toAbsolutePath().getParent();
    if (parent != null) {
      try (var directory = FileChannel.open(parent, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static void deleteQuietly(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException left) {
        // A stray file in the temporary folder is no reason to fail.
        return;
      }
    }
  }

  /// Fails early where the disk is nearly full: PostgreSQL's own message comes late and is long.
  static void requireSpace(Path directory, long bytes) throws IOException {
    var free = Files.getFileStore(directory).getUsableSpace();
    if (free < bytes) {
      throw new PostgresUnavailable.Failed(
          "`%s` has %d MB free and PostgreSQL needs %d MB"
              .formatted(directory, free >> 20, bytes >> 20),
          "free some space, or use another directory");
    }
  }

  static PostgresUnavailable failed(Path path, IOException failure) {
    return new PostgresUnavailable.Failed(
        "cannot use `%s`: %s".formatted(path, failure),
        "is it writable, and is there space on the disk?",
        failure);
  }

  private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }
}
