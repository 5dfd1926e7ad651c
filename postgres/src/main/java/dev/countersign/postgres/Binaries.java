package dev.countersign.postgres;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's programs, unpacked once per version into a cache folder which processes share.
///
/// They are unpacked beside their place and then renamed, so a folder with its final name is whole;
/// a file lock lets one process do it while the others wait.
final class Binaries {

  // Unpacked 75 MB on Linux, 300 MB on macOS.
  private static final long NEEDED_BYTES = 400L << 20;
  private static final String COMPLETE = "countersign-complete";

  private final Platform platform;
  private final String version;

  private Binaries(Platform platform, String version) {
    this.platform = platform;
    this.version = version;
  }

  static Binaries onClassPath(Platform platform) {
    var properties = new Properties();
    try (var stream = Binaries.class.getResourceAsStream("binaries.properties")) {
      if (stream == null) {
        throw missing("binaries.properties");
      }
      properties.load(stream);
    } catch (IOException failure) {
      throw Directories.failed(Path.of("binaries.properties"), failure);
    }
    return new Binaries(platform, properties.getProperty("version", "unknown"));
  }

  /// `$XDG_CACHE_HOME/countersign`, by default `~/.cache/countersign`.
  static Path cacheFolder() {
    var configured = System.getenv("XDG_CACHE_HOME");
    // The XDG specification: a relative path is invalid and ignored.
    var base =
        configured != null && configured.startsWith("/")
            ? Path.of(configured)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("countersign");
  }

  String version() {
    return version;
  }

  String majorVersion() {
    return version.substring(0, version.indexOf('.'));
  }

  /// The `bin` folder of the programs, unpacked by now.
  ///
  /// Synchronized: the file lock tells processes apart, not threads.
  Path unpackedIn(Path cache) {
    synchronized (Binaries.class) {
      var home = cache.resolve("postgresql-" + version + "-" + platform.name());
      try {
        if (!Files.exists(home.resolve(COMPLETE))) {
          Directories.createOwnerOnly(cache);
          try (var channel =
                  FileChannel.open(
                      cache.resolve("unpack.lock"),
                      StandardOpenOption.CREATE,
                      StandardOpenOption.WRITE);
              var _ = channel.lock()) {
            // Another process may have done it while we waited.
            if (!Files.exists(home.resolve(COMPLETE))) {
              unpackTo(home);
            }
          }
        }
      } catch (IOException failure) {
        throw new PostgresUnavailable.Failed(
            "cannot unpack PostgreSQL into `%s`: %s".formatted(cache, failure),
            "is there space, and may this user write there? XDG_CACHE_HOME names another folder",
            failure);
      }
      return home.resolve("bin");
    }
  }

  private void unpackTo(Path home) throws IOException {
    var half = home.resolveSibling(home.getFileName() + ".unpacking");
    Directories.delete(half);
    Directories.delete(home);
    Directories.createOwnerOnly(half);
    Directories.requireSpace(half, NEEDED_BYTES);
    try (var stream = Binaries.class.getResourceAsStream(platform.archive())) {
      if (stream == null) {
        throw missing(platform.archive());
      }
      try (var tar =
          new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(stream)))) {
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
          unpack(tar, entry, half);
        }
      }
    }
    Files.writeString(half.resolve(COMPLETE), version + "\n");
    Directories.move(half, home);
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path home)
      throws IOException {
    var target = home.resolve(entry.getName()).normalize();
    if (!target.startsWith(home)) {
      throw new IOException("the archive leaves its folder: `%s`".formatted(entry.getName()));
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    var parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(target, home.resolve(entry.getLinkName()).normalize());
    } else {
      try (var out = new BufferedOutputStream(Files.newOutputStream(target))) {
        tar.transferTo(out);
      }
      var permissions = PosixFilePermissions.fromString("rw-r--r--");
      if ((entry.getMode() & 0100) != 0) {
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        permissions.add(PosixFilePermission.GROUP_EXECUTE);
        permissions.add(PosixFilePermission.OTHERS_EXECUTE);
      }
      Files.setPosixFilePermissions(target, permissions);
    }
  }

  private static PostgresUnavailable missing(String resource) {
    return new PostgresUnavailable.Unsupported(
        "`%s` is not on the class path".formatted(resource),
        "add the PostgreSQL binaries of this platform, or set `countersign.database.url`");
  }
}
