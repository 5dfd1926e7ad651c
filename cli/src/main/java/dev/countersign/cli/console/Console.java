package dev.countersign.cli.console;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Where a command writes: results to `out`, everything about its own running to `err`.
///
/// @param terminal whether a person watches, so that a bar may be drawn over itself
public record Console(PrintWriter out, PrintWriter err, boolean terminal) {

  /// Of this process.
  public static Console ofProcess() {
    // Not a terminal as soon as input or output is a file or a pipe.
    return new Console(
        writer(System.out),
        writer(System.err),
        Optional.ofNullable(System.console()).filter(console -> console.isTerminal()).isPresent());
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /// Starts to show how far a piece of work is.
  ///
  /// @param task one word or two
  /// @param total how many steps it has; negative if that is not known
  public Progress progress(String task, long total) {
    return terminal
        ? new Progress.Bar(task, total, err)
        : new Progress.Lines(
            task, total, err, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  public void failure(CommandFailure failure) {
    failure(String.valueOf(failure.getMessage()), failure.hint());
  }

  public void failure(String what, String hint) {
    err.println("countersign: " + oneLine(what));
    err.println("hint: " + oneLine(hint));
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
