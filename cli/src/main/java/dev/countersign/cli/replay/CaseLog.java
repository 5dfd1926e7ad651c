package dev.countersign.cli.replay;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The cases of a log file, in its order.
record CaseLog(String name, List<LoggedCase> cases) {
  // Beyond that a log belongs into a data base; each row is held in memory.
  private static final int MOST_CASES = 1_000_000;

  // The first few tell what is wrong with the file.
  private static final int SHOWN_PROBLEMS = 5;

  CaseLog {
    cases = List.copyOf(cases);
  }

  /// Reads the first `limit` cases; names the first few problems together.
  static CaseLog read(Path file, Mapping mapping, int limit) {
    if (!Files.isRegularFile(file)) {
      throw new CommandFailure.NotUsable(
          "there is no log `" + file + "`",
          "packs/replay/sample-applications.csv is one to begin with");
    }
    var reading = new Reading(mapping);
    try (var rows = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (var row : rows) {
        if (reading.cases.size() >= Math.min(limit, MOST_CASES)) {
          break;
        }
        reading.add(row);
      }
    } catch (IOException | CsvParseException e) {
      throw new CommandFailure.NotUsable(
          "`" + file + "` cannot be read: " + e.getMessage(),
          "it must be CSV with a header, UTF-8");
    }
    reading.finish(file);
    return new CaseLog(String.valueOf(file.getFileName()), reading.cases);
  }

  /// What was read so far, and what was wrong with it.
  private static final class Reading {
    private final Mapping mapping;
    private final List<LoggedCase> cases = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<String> references = new HashSet<>();
    private boolean checked;

    Reading(Mapping mapping) {
      this.mapping = mapping;
    }

    void add(NamedCsvRecord row) {
      if (!checked) {
        requireColumns(row.getHeader());
        checked = true;
      }
      try {
        var logged = logged(row::getField);
        if (!references.add(logged.reference())) {
          throw new IllegalArgumentException("case `" + logged.reference() + "` is there already");
        }
        cases.add(logged);
      } catch (IllegalArgumentException e) {
        problems.add("line %d: %s".formatted(row.getStartingLineNumber(), e.getMessage()));
      }
    }

    private void requireColumns(List<String> header) {
      var missing = mapping.columns().stream().filter(name -> !header.contains(name)).toList();
      if (!missing.isEmpty()) {
        throw new CommandFailure.NotUsable(
            "the log lacks the columns `" + String.join("`, `", missing) + "` of the mapping",
            "it has `" + String.join("`, `", header) + "`");
      }
    }

    private LoggedCase logged(Row row) {
      var reference = row.field(mapping.reference());
      if (reference.isBlank() || reference.length() > 100) {
        throw new IllegalArgumentException("a reference has 1 to 100 characters");
      }
      return new LoggedCase(
          reference,
          time(row.field(mapping.submitted())),
          attributes(row),
          mapping.byPerson().holds(row) ? Optional.of(decision(reference, row)) : Optional.empty());
    }

    private LoggedCase.Decision decision(String reference, Row row) {
      Optional<Boolean> success =
          mapping.success().holds(row)
              ? Optional.of(true)
              : mapping.failure().holds(row) ? Optional.of(false) : Optional.empty();
      return new LoggedCase.Decision(
          mapping.approved().holds(row),
          time(row.field(mapping.decidedAt())),
          mapping.reviewer(reference),
          success);
    }

    private JsonObject attributes(Row row) {
      var attributes = Json.object();
      mapping
          .attributes()
          .forEach((name, attribute) -> {
            var text = row.field(attribute.column());
            attributes.put(
                name,
                attribute.type() == Mapping.Type.NUMBER
                    ? Json.of(Double.parseDouble(text))
                    : Json.of(text));
          });
      return attributes.build();
    }

    private static Instant time(String text) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(
            "`" + text + "` is not a time such as 2026-01-31T08:00:00+01:00", e);
      }
    }

    void finish(Path file) {
      if (!problems.isEmpty()) {
        var shown = problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()));
        throw new CommandFailure.NotUsable(
            "`%s` has %d unusable rows: %s"
                .formatted(file, problems.size(), String.join("; ", shown)),
            "correct them, or the mapping");
      }
      if (cases.isEmpty()) {
        throw new CommandFailure.NotUsable("`" + file + "` has no rows", "is it the right file?");
      }
    }
  }
}
