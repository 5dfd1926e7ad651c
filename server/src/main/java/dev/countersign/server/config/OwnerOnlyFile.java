package dev.countersign.server.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Supplier;

/// Files that only their owner may read: keys and secrets.
public final class OwnerOnlyFile {
  private static final int SECRET_BYTES = 32;
  private static final String PERMISSIONS = "rw-------";

  private OwnerOnlyFile() {}

  /// Makes a folder that only its owner may enter, if it is not there.
  public static Path folder(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      }
      return path;
    } catch (IOException e) {
      throw new StartRefused(
          "the folder `" + path + "` cannot be made: " + e.getMessage(),
          "choose another `countersign.data-dir`");
    }
  }

  /// The 32 random bytes in the file, made at the first call. Refuses a file that others may read.
  public static byte[] secret(Path path) {
    try {
      if (!Files.exists(path)) {
        var fresh = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(fresh);
        write(path, HexFormat.of().formatHex(fresh));
      }
      refuseReadable(path);
      return HexFormat.of().parseHex(Files.readString(path).strip());
    } catch (IOException | IllegalArgumentException e) {
      throw new StartRefused(
          "the secret in `" + path + "` cannot be read", "restore the file from a backup");
    }
  }

  /// The text in the file; `fresh` makes it at the first call. Refuses a file that others may read.
  public static String text(Path path, Supplier<String> fresh) {
    try {
      if (!Files.exists(path)) {
        write(path, fresh.get());
      }
      refuseReadable(path);
      return Files.readString(path);
    } catch (IOException e) {
      throw new StartRefused(
          "the secret in `" + path + "` cannot be read", "restore the file from a backup");
    }
  }

  /// Replaces the file as a whole; it is never readable by others, not even while it is written.
  public static void write(Path path, String text) throws IOException {
    var fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PERMISSIONS)));
    try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void refuseReadable(Path path) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      if (!PosixFilePermissions.fromString(PERMISSIONS).containsAll(permissions)) {
        throw new StartRefused(
            "others may read the secret in `" + path + "`", "run `chmod 600 " + path + "`");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
