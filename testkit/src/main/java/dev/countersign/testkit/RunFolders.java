package dev.countersign.testkit;

import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.PostgresUnavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Where the databases of tests lie: a folder for each JVM, in memory where there is room. Each
/// database is some thousand files, and making those takes a disk's file system longer than most
/// tests last.
///
/// @param of all JVMs that run tests, of any module and clone
record RunFolders(Path of) {
  static final String PROPERTY = "test.postgres";

  /// More than all tests of a module leave behind.
  private static final long ROOM_BYTES = 8L << 30;

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String LOCK = "lock";

  /// Where the property says, else in memory, else on disk.
  static RunFolders ofThisMachine() {
    var told = System.getProperty(PROPERTY, "");
    return new RunFolders(
        told.isEmpty()
            ? within(MEMORY, ROOM_BYTES, Path.of("target", "test-postgres"))
            : Path.of(told));
  }

  /// A folder in `memory` if there is so much room, else `disk`.
  static Path within(Path memory, long bytes, Path disk) {
    try {
      return Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() >= bytes
          ? memory.resolve("countersign-tests-" + System.getProperty("user.name"))
          : disk;
    } catch (IOException unknown) {
      return disk;
    }
  }

  /// Starts what lies in a folder.
  @FunctionalInterface
  interface Start<T> {
    T in(Path folder) throws IOException;
  }

  /// Removes what killed JVMs left behind, then starts in a new folder; one JVM after the other, or
  /// one would remove what the other is about to start.
  <T> T start(Start<T> start) throws IOException {
    Files.createDirectories(of);
    try (var file =
            FileChannel.open(
                of.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = file.lock()) {
      for (var run : runs()) {
        try {
          EmbeddedPostgres.remove(run);
        } catch (PostgresUnavailable.InUse living) {
          // Of another JVM's tests: theirs to remove.
        }
      }
      return start.in(Files.createTempDirectory(of, "run"));
    }
  }

  /// The folders that are there.
  List<Path> runs() throws IOException {
    try (var all = Files.list(of)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }
}
