package dev.countersign.cli.replay;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Digest;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;

/// Reads a log in CSV, UTF-8, with a header.
final class CsvLog {
  private final Path file;
  private final char separator;

  CsvLog(Path file, char separator) {
    this.file = file;
    this.separator = separator;
  }

  /// A row is a case. Yields the digest of the file.
  Digest cases(CaseReading reading) {
    return read(rows -> {
      boolean checked = false;
      for (var row : rows) {
        if (!checked) {
          reading.requireColumns(row.getHeader(), reading.columns());
          checked = true;
        }
        if (reading.full()) {
          break;
        }
        reading.add(row.getStartingLineNumber(), column -> field(row, column));
      }
    });
  }

  /// A row is an event; those of a case may stand anywhere in the file.
  Digest events(CaseReading reading, LogShape.Events shape) {
    var begun = new LinkedHashMap<String, CaseEvents>();
    var digest =
        read(rows -> {
          boolean checked = false;
          long characters = 0;
          for (var row : rows) {
            if (!checked) {
              reading.requireColumns(row.getHeader(), needed(shape));
              checked = true;
            }
            try {
              var id = field(row, shape.caseId());
              if (begun.size() >= reading.limit() && !begun.containsKey(id)) {
                continue;
              }
              var events =
                  begun.computeIfAbsent(
                      id, _ -> new CaseEvents(shape, false, id, row.getStartingLineNumber()));
              characters +=
                  events.add(
                      reading.times().read(field(row, shape.time())), column -> field(row, column));
              reading.requireRoom(begun.size(), characters);
            } catch (IllegalArgumentException e) {
              reading.problem(row.getStartingLineNumber(), String.valueOf(e.getMessage()));
            }
          }
        });
    begun.values().forEach(events -> reading.add(events.line(), events.row()));
    return digest;
  }

  private static List<String> needed(LogShape.Events shape) {
    var needed = new ArrayList<>(List.of(shape.caseId(), shape.activity(), shape.time()));
    shape.columns().stream()
        .map(LogShape.Derived::take)
        .filter(take -> !take.isEmpty() && !needed.contains(take))
        .forEach(needed::add);
    return needed;
  }

  private Digest read(Consumer<Iterable<NamedCsvRecord>> work) {
    // A byte that is no UTF-8 is a mistake in the file, not a letter of a name.
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try (var bytes = LogBytes.open(file);
        var rows =
            CsvReader.builder()
                .fieldSeparator(separator)
                .ofNamedCsvRecord(new InputStreamReader(bytes, decoder))) {
      work.accept(rows);
      return bytes.digest();
    } catch (IOException | UncheckedIOException | CsvParseException e) {
      throw new CommandFailure.NotUsable(
          "`" + file + "` cannot be read: " + e.getMessage(),
          "it must be CSV with a header, UTF-8");
    }
  }

  private static String field(NamedCsvRecord row, String column) {
    return row.findField(column)
        .orElseThrow(
            () -> new IllegalArgumentException("it ends before the column `" + column + "`"));
  }
}
