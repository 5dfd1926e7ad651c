package dev.countersign.cli.replay;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.yaml.MalformedYaml;
import dev.countersign.cli.yaml.PlacedYaml;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Reads a [Mapping] and names all of its problems at once, with their places.
final class MappingReader {
  private static final int LONGEST = 200;
  private static final int MOST_ATTRIBUTES = 50;
  private static final int MOST_REVIEWERS = 20;
  private static final int MOST_GROUPS = 5;

  // A mapping is a page.
  private static final int LARGEST = 256 * 1024;

  private static final String HINT = "packs/replay/loan-applications.yaml is an example";

  private MappingReader() {}

  static Mapping read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new CommandFailure.NotUsable("`" + file + "` is larger than 256 KiB", HINT);
      }
      return parse("`" + file + "`", Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new CommandFailure.NotUsable("there is no mapping `" + file + "`", HINT);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read: " + e.getMessage(), "is it a text file, and yours?", e);
    }
  }

  /// @param name of the mapping, for messages
  static Mapping parse(String name, String text) {
    PlacedYaml yaml;
    try {
      yaml = PlacedYaml.read(text);
    } catch (MalformedYaml e) {
      throw new CommandFailure.NotUsable(
          "%s is not YAML: line %d: %s".formatted(name, e.line(), e.getMessage()), HINT);
    }
    try {
      return parse(Fields.of(yaml.json()), Digest.sha256(text.getBytes(StandardCharsets.UTF_8)));
    } catch (Refusal.Invalid invalid) {
      var problems =
          invalid.violations().stream()
              .map(problem ->
                  "line %d: %s"
                      .formatted(
                          yaml.place(problem.pointer()).line(),
                          PlacedYaml.said(problem, "a mapping")))
              .collect(Collectors.joining("; "));
      throw new CommandFailure.NotUsable(
          "%s has %d problems: %s".formatted(name, invalid.violations().size(), problems), HINT);
    }
  }

  private static Mapping parse(Fields fields, Digest digest) {
    var title = text(fields, "title");
    var workflow = text(fields, "workflow");
    var pack = text(fields, "pack");
    var log = fields.optionalNested("log");
    var shape =
        log.map(given -> ShapeReader.shape(given, fields))
            .orElseGet(() -> new LogShape.CsvCases(','));
    var times = log.map(ShapeReader::times).orElse(Times.ISO);
    log.ifPresent(Fields::closed);
    var subject = fields.nested("case");
    var reference = text(subject, "reference");
    var submitted = text(subject, "submitted");
    var queue = subject.optionalString("queue", 1, LONGEST);
    var attributes = attributes(subject);
    subject.closed();
    var decision = fields.nested("decision");
    var action = text(decision, "action");
    var decidedAt = text(decision, "at");
    var byPerson =
        decision.any("by_person").isEmpty()
            ? new Condition.Always()
            : ConditionReader.read(decision, "by_person");
    var approved = ConditionReader.read(decision, "approved");
    decision.closed();
    var outcome = fields.nested("outcome");
    var success = ConditionReader.read(outcome, "success");
    var failure = ConditionReader.read(outcome, "failure");
    outcome.closed();
    var groups = groups(fields);
    var parts = parts(fields.nested("keys"));
    Optional<Mapping> mapping =
        parts.map(played ->
            new Mapping(
                title,
                workflow,
                pack,
                digest,
                shape,
                times,
                reference,
                submitted,
                queue,
                attributes,
                action,
                decidedAt,
                byPerson,
                approved,
                success,
                failure,
                groups,
                played));
    mapping.ifPresent(read -> ShapeReader.requireColumns(read, fields));
    fields.done();
    return mapping.orElseThrow();
  }

  /// Empty if nobody would decide, which is noted.
  private static Optional<Mapping.Parts> parts(Fields keys) {
    var agent = text(keys, "agent");
    var reviewers = keys.strings("reviewers", MOST_REVIEWERS, LONGEST);
    if (reviewers.isEmpty()) {
      keys.problem("reviewers", "missing", "must name at least one key");
    }
    var observer = text(keys, "observer");
    keys.closed();
    if (reviewers.contains(agent) || observer.equals(agent)) {
      keys.problem("agent", "wrong_value", "must not be a reviewer's or the observer's key");
    }
    return reviewers.isEmpty()
        ? Optional.empty()
        : Optional.of(new Mapping.Parts(agent, reviewers, observer));
  }

  private static SortedMap<String, Mapping.Attribute> attributes(Fields subject) {
    var attributes = new TreeMap<String, Mapping.Attribute>();
    for (var item : subject.nestedList("attributes", MOST_ATTRIBUTES)) {
      var column = text(item, "column");
      var name = item.optionalString("name", 1, LONGEST).orElse(column);
      var type =
          switch (item.word("type", "number", "text", "boolean")) {
            case "number" -> Mapping.Type.NUMBER;
            case "boolean" -> Mapping.Type.BOOLEAN;
            default -> Mapping.Type.TEXT;
          };
      var optional = item.optionalTruth("optional").orElse(false);
      item.closed();
      if (attributes.put(name, new Mapping.Attribute(column, type, optional)) != null) {
        item.problem("name", "duplicate", "is there already");
      }
    }
    return attributes;
  }

  private static List<Grouping> groups(Fields fields) {
    var groups = new ArrayList<Grouping>();
    for (var item : fields.nestedList("groups", MOST_GROUPS)) {
      var column = text(item, "column");
      groups.add(
          new Grouping(
              column,
              item.optionalString("title", 1, LONGEST).orElse("By " + column),
              ConditionReader.ascending(item, "bands")));
      item.closed();
    }
    return groups;
  }

  private static String text(Fields fields, String name) {
    return fields.string(name, 1, LONGEST);
  }
}
