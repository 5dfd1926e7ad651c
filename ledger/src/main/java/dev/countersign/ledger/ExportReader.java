package dev.countersign.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Reads an export without verifying it, in constant memory. Whoever has a key of the log uses
/// [ExportVerifier], which hands on the same entries.
///
/// Throws [MalformedLedgerData] for what is no whole export: one without its last line, with a line
/// that is too long, or with anything else in it.
public final class ExportReader {

  private ExportReader() {}

  /// Whose log it is, and of which period.
  public static Export.Header header(Path file) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      return Export.Header.parse(new ExportLines(channel).first());
    }
  }

  /// Hands on the entries in their order.
  public static void entries(
      Path file, ExportVerifier.Watcher watcher, Consumer<ProvenEntry> entries) throws IOException {
    try (var channel = Files.newByteChannel(file)) {
      var lines = new ExportLines(channel);
      var footer = Export.Footer.parse(lines.last());
      var _ = Export.Header.parse(lines.next());
      for (long read = 1; lines.more(); read++) {
        entries.accept(Export.entry(lines.next()));
        watcher.verified(read, footer.count());
      }
    }
  }
}
