package dev.countersign.cli.replay;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Reads a [Mapping] and names all of its problems at once.
final class MappingReader {
  private static final int LONGEST = 200;
  private static final int MOST_ATTRIBUTES = 50;
  private static final int MOST_REVIEWERS = 20;

  private static final String HINT = "packs/replay/loan-applications.yaml is an example";

  private MappingReader() {}

  static Mapping read(Path file) {
    try {
      return parse("`" + file + "`", Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new CommandFailure.NotUsable("there is no mapping `" + file + "`", HINT);
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read: " + e.getMessage(), "is it a text file, and yours?", e);
    }
  }

  /// @param name of the mapping, for messages
  static Mapping parse(String name, String yaml) {
    try {
      return parse(Fields.of(Yaml.read(yaml)));
    } catch (Yaml.MalformedYaml e) {
      throw new CommandFailure.NotUsable(name + " is not YAML: " + e.getMessage(), HINT);
    } catch (Refusal.Invalid invalid) {
      var problems =
          invalid.violations().stream().map(MappingReader::line).collect(Collectors.joining("; "));
      throw new CommandFailure.NotUsable(
          "%s has %d problems: %s".formatted(name, invalid.violations().size(), problems), HINT);
    }
  }

  private static String line(Violation violation) {
    return "`%s` %s".formatted(violation.pointer(), violation.message());
  }

  private static Mapping parse(Fields fields) {
    var title = text(fields, "title");
    var workflow = text(fields, "workflow");
    var pack = text(fields, "pack");
    var subject = fields.nested("case");
    var reference = text(subject, "reference");
    var submitted = text(subject, "submitted");
    var attributes = attributes(subject);
    subject.closed();
    var decision = fields.nested("decision");
    var action = text(decision, "action");
    var decidedAt = text(decision, "at");
    var byPerson = condition(decision, "by_person");
    var approved = condition(decision, "approved");
    decision.closed();
    var outcome = fields.nested("outcome");
    var success = condition(outcome, "success");
    var failure = condition(outcome, "failure");
    outcome.closed();
    var keys = fields.nested("keys");
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
    fields.done();
    return new Mapping(
        title,
        workflow,
        pack,
        reference,
        submitted,
        attributes,
        action,
        decidedAt,
        byPerson,
        approved,
        success,
        failure,
        agent,
        List.copyOf(reviewers),
        observer);
  }

  private static SortedMap<String, Mapping.Attribute> attributes(Fields subject) {
    var attributes = new TreeMap<String, Mapping.Attribute>();
    for (var item : subject.nestedList("attributes", MOST_ATTRIBUTES)) {
      var column = text(item, "column");
      var name = item.optionalString("name", 1, LONGEST).orElse(column);
      var type =
          item.word("type", "number", "text").equals("number")
              ? Mapping.Type.NUMBER
              : Mapping.Type.TEXT;
      item.closed();
      if (attributes.put(name, new Mapping.Attribute(column, type)) != null) {
        item.problem("name", "duplicate", "is there already");
      }
    }
    return attributes;
  }

  private static Condition condition(Fields fields, String name) {
    var given = fields.nested(name);
    var column = text(given, "column");
    // A bare 1 in YAML is a number, and means the text that the log has.
    var value =
        switch (given.any("equals").orElse(Json.NULL)) {
          case JsonString(var text) -> text;
          case JsonNumber number when number.integral() -> Long.toString((long) number.value());
          default -> {
            given.problem("equals", "wrong_type", "must be a text or a whole number");
            yield "";
          }
        };
    given.closed();
    return new Condition(column, value);
  }

  private static String text(Fields fields, String name) {
    return fields.string(name, 1, LONGEST);
  }
}
