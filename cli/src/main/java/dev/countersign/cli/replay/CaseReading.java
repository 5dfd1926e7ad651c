package dev.countersign.cli.replay;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes cases of rows and gathers what is wrong with them. For use by one thread.
final class CaseReading {
  /// About a gigabyte of memory with everything that belongs to them.
  static final int MOST_CASES = 1_000_000;

  /// Texts that are kept: 200 MB.
  static final long MOST_CHARACTERS = 100_000_000;

  // The first few tell what is wrong with the file.
  private static final int SHOWN_PROBLEMS = 10;
  private static final int LONGEST_REFERENCE = 100;

  private final Path file;
  private final Mapping mapping;
  private final int limit;
  private final List<LoggedCase> cases = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<String> references = new HashSet<>();
  private long unusable;
  private long characters;

  CaseReading(Path file, Mapping mapping, int limit) {
    this.file = file;
    this.mapping = mapping;
    this.limit = limit;
  }

  /// Whether as many cases were read as were asked for.
  boolean full() {
    return cases.size() >= limit;
  }

  int limit() {
    return limit;
  }

  Times times() {
    return mapping.times();
  }

  /// Throws if a row does not have what the mapping reads.
  void requireColumns(List<String> header, Iterable<String> needed) {
    var missing = new ArrayList<String>();
    needed.forEach(name -> {
      if (!header.contains(name)) {
        missing.add(name);
      }
    });
    if (!missing.isEmpty()) {
      throw new CommandFailure.NotUsable(
          "the log lacks the columns `" + String.join("`, `", missing) + "` of the mapping",
          "it has `" + String.join("`, `", header) + "`");
    }
  }

  Iterable<String> columns() {
    return mapping.columns();
  }

  /// @param line where the row begins in the file
  void add(long line, Row row) {
    try {
      var logged = logged(row);
      if (!references.add(logged.reference())) {
        throw new IllegalArgumentException(
            "case `" + Shown.of(logged.reference()) + "` is there already");
      }
      keep(logged);
    } catch (IllegalArgumentException e) {
      problem(line, String.valueOf(e.getMessage()));
    }
  }

  void problem(long line, String what) {
    unusable++;
    if (problems.size() < SHOWN_PROBLEMS) {
      problems.add("line %d: %s".formatted(line, what));
    }
  }

  private void keep(LoggedCase logged) {
    characters += logged.reference().length() + logged.attributes().toString().length();
    for (var group : logged.groups()) {
      characters += group.length();
    }
    requireRoom(cases.size() + 1L, characters);
    cases.add(logged);
  }

  /// Throws if so much is more than is held in memory.
  void requireRoom(long count, long length) {
    if (count > MOST_CASES || length > MOST_CHARACTERS) {
      throw new CommandFailure.NotUsable(
          "`%s` has more than %,d cases, or more than %,d characters to keep"
              .formatted(file, MOST_CASES, MOST_CHARACTERS),
          "cut it into parts by time and replay one after the other, or give --limit");
    }
  }

  private LoggedCase logged(Row row) {
    var reference = row.field(mapping.reference());
    if (reference.isBlank() || reference.length() > LONGEST_REFERENCE) {
      throw new IllegalArgumentException("a reference has 1 to 100 characters");
    }
    return new LoggedCase(
        reference,
        mapping.times().read(row.field(mapping.submitted())),
        attributes(row),
        mapping.byPerson().holds(row) ? Optional.of(decision(reference, row)) : Optional.empty(),
        mapping.groups().stream().map(group -> group.of(row)).toList());
  }

  private LoggedCase.Decision decision(String reference, Row row) {
    Optional<Boolean> success =
        mapping.success().holds(row)
            ? Optional.of(true)
            : mapping.failure().holds(row) ? Optional.of(false) : Optional.empty();
    return new LoggedCase.Decision(
        mapping.approved().holds(row),
        mapping.times().read(row.field(mapping.decidedAt())),
        mapping.reviewer(reference),
        success);
  }

  private JsonObject attributes(Row row) {
    var attributes = Json.object();
    mapping
        .attributes()
        .forEach((name, attribute) -> {
          var text = row.field(attribute.column());
          if (!attribute.optional() || !text.isBlank()) {
            attributes.put(name, value(attribute.type(), text));
          }
        });
    return attributes.build();
  }

  private static Json value(Mapping.Type type, String text) {
    return switch (type) {
      case NUMBER -> Json.of(Numbers.read(text));
      case TEXT -> Json.of(text);
      case BOOLEAN ->
          switch (text.strip()) {
            case "1", "true", "TRUE", "True", "yes" -> Json.of(true);
            case "0", "false", "FALSE", "False", "no" -> Json.of(false);
            default ->
                throw new IllegalArgumentException("`" + Shown.of(text) + "` is not true or false");
          };
    };
  }

  /// The cases; throws with what is wrong with the rows.
  List<LoggedCase> finish() {
    if (unusable > 0) {
      var more =
          unusable > problems.size() ? "; and " + (unusable - problems.size()) + " more" : "";
      throw new CommandFailure.NotUsable(
          "`%s` has %d unusable rows: %s%s"
              .formatted(file, unusable, String.join("; ", problems), more),
          "correct them, or the mapping");
    }
    if (cases.isEmpty()) {
      throw new CommandFailure.NotUsable("`" + file + "` has no rows", "is it the right file?");
    }
    return cases;
  }
}
