package dev.countersign.trust.predict.xgboost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// The copies of XGBoost's native library that it unpacks into the folder for temporary files, 16
/// MB for each process. It removes its own at the end, unless it is killed.
final class Unpacked {
  /// A process loads its copy right after it has made it. From then on the system keeps the content
  /// for it, whether or not the file is there; where it does not, it keeps the file.
  private static final Duration LOADED = Duration.ofMinutes(10);

  private static final String FILES = "libxgboost4j*";

  private Unpacked() {}

  /// Removes what killed processes left behind, as far as this one may.
  static void removeLeftovers(Path folder, Instant now) {
    try (var files = Files.newDirectoryStream(folder, FILES)) {
      for (var file : files) {
        removeIfOld(file, now);
      }
    } catch (IOException | RuntimeException unreadable) {
      // They cost room, no more.
    }
  }

  private static void removeIfOld(Path file, Instant now) {
    try {
      if (Files.isRegularFile(file)
          && Files.getLastModifiedTime(file).toInstant().plus(LOADED).isBefore(now)) {
        Files.delete(file);
      }
    } catch (IOException | RuntimeException another) {
      // Of another user, or in use where that keeps a file.
    }
  }
}
