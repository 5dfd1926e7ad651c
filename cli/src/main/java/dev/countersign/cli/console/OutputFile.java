package dev.countersign.cli.console;

import java.nio.file.Files;
import java.nio.file.Path;

/// A file that a command writes at its end, which may be hours away.
public final class OutputFile {
  private OutputFile() {}

  /// Throws unless `file` can be written as far as that can be known now. Nothing is made or
  /// changed: a file from before stays as it is until there is something to replace it.
  public static void require(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandFailure.NotUsable(
          "`" + file + "` is a folder", "name a file, as " + file.resolve("report"));
    }
    var folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new CommandFailure.NotUsable(
          "there is no folder for `" + file + "`", "make it first, or name another file");
    }
    if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      throw new CommandFailure.NotUsable(
          "`" + file + "` cannot be written", "is it yours? or name another file");
    }
  }
}
