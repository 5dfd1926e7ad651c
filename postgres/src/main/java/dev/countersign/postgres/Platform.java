package dev.countersign.postgres;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// A machine for which PostgreSQL's programs are on the class path.
///
/// @param name as in the cache folder, `linux-x86_64`
/// @param longestSocketPath in bytes, what `sun_path` of the system holds without its final zero
record Platform(String name, int longestSocketPath) {

  private static final String OWN_DATABASE =
      "set `countersign.database.url` to a PostgreSQL of your own";

  private static final int LINUX_SOCKET_PATH = 107;
  private static final int DARWIN_SOCKET_PATH = 103;

  static Platform current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"), Path.of("/"));
  }

  /// @param root of the file system, where the C library is looked for
  static Platform of(String system, String machine, Path root) {
    return switch (system.toLowerCase(Locale.ROOT) + " " + machine.toLowerCase(Locale.ROOT)) {
      case "linux amd64", "linux x86_64" ->
          linux("linux-x86_64", root.resolve("lib64/ld-linux-x86-64.so.2"));
      case "linux aarch64" -> linux("linux-arm_64", root.resolve("lib/ld-linux-aarch64.so.1"));
      case "mac os x aarch64" -> new Platform("darwin-arm_64", DARWIN_SOCKET_PATH);
      default ->
          throw new PostgresUnavailable.Unsupported(
              "no embedded PostgreSQL for `%s` on `%s`".formatted(system, machine), OWN_DATABASE);
    };
  }

  private static Platform linux(String name, Path loader) {
    // Alpine and others have musl, on which these programs do not run.
    if (!Files.exists(loader)) {
      throw new PostgresUnavailable.Unsupported(
          "the embedded PostgreSQL needs glibc, and there is no `%s`".formatted(loader),
          "use a glibc distribution such as Debian, or " + OWN_DATABASE);
    }
    return new Platform(name, LINUX_SOCKET_PATH);
  }

  /// Where the archive of the programs is on the class path.
  String archive() {
    return "/postgres-" + name + ".txz";
  }

  static boolean runsAsRoot() {
    return new UnixSystem().getUid() == 0;
  }
}
