package dev.countersign.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/// Holds a data directory for this process, until closed or until the process is gone.
///
/// The system's lock on `countersign.lock` decides; `countersign.holder` only says who holds it.
/// They are two files because POSIX drops a process's locks on a file as soon as *any* of its
/// descriptors on it is closed: a second opener in this process must not touch the locked file.
final class DirectoryLock implements AutoCloseable {

  private final FileChannel channel;
  private final FileLock lock;
  private final Path holder;

  private DirectoryLock(FileChannel channel, FileLock lock, Path holder) {
    this.channel = channel;
    this.lock = lock;
    this.holder = holder;
  }

  /// Synchronized, so that of two threads the second sees the first one's holder file.
  static synchronized DirectoryLock hold(Path directory) throws IOException {
    var holder = directory.resolve("countersign.holder");
    var self = self();
    if (holderIn(holder).equals(self)) {
      throw new PostgresUnavailable.InUse(
          directory, OptionalLong.of(ProcessHandle.current().pid()));
    }
    var channel =
        FileChannel.open(
            directory.resolve("countersign.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      var lock = channel.tryLock();
      if (lock == null) {
        throw new PostgresUnavailable.InUse(directory, pidIn(holderIn(holder)));
      }
      Directories.writeOwnerOnly(holder, self);
      return new DirectoryLock(channel, lock, holder);
    } catch (OverlappingFileLockException overlap) {
      channel.close();
      throw new PostgresUnavailable.InUse(
          directory, OptionalLong.of(ProcessHandle.current().pid()));
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  // With the start of the process: in a container the next one may well have the same pid.
  private static String self() {
    var current = ProcessHandle.current();
    return current.pid() + " " + current.info().startInstant().map(Object::toString).orElse("?");
  }

  private static String holderIn(Path file) throws IOException {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException nobody) {
      return "";
    }
  }

  private static OptionalLong pidIn(String text) {
    var end = text.indexOf(' ');
    try {
      return OptionalLong.of(Long.parseLong(end < 0 ? text : text.substring(0, end)));
    } catch (NumberFormatException unknown) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(holder);
      lock.release();
      channel.close();
    } catch (IOException failure) {
      throw Directories.failed(holder, failure);
    }
  }
}
