package dev.countersign.cli.simulate;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.yaml.MalformedYaml;
import dev.countersign.cli.yaml.PlacedYaml;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/// Reads a [PackModel] from YAML and names all of its problems at once, with their places.
final class ModelReader {
  private static final int LONGEST = 100;
  private static final int LARGEST = 256 * 1024;
  private static final int MOST_SCENARIOS = 20;
  private static final int MOST_FACTS = 50;
  private static final int MOST_STEPS = 100;
  private static final int MOST_REVIEWERS = 20;
  private static final int MOST_PER_DAY = 100_000;
  private static final int HOURS = 24;
  private static final String HINT = "packs/simulation/pharmacy-refill.yaml is an example";

  private ModelReader() {}

  static PackModel read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new CommandFailure.NotUsable("`" + file + "` is larger than 256 KiB", HINT);
      }
      return parse("`" + file + "`", Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new CommandFailure.NotUsable(
          "there is no simulation `" + file + "`", "packs/simulation has those that ship");
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read: " + e.getMessage(), "is it a text file, and yours?", e);
    }
  }

  /// @param name of the model, for messages
  static PackModel parse(String name, String text) {
    PlacedYaml yaml;
    try {
      yaml = PlacedYaml.read(text);
    } catch (MalformedYaml e) {
      throw new CommandFailure.NotUsable(
          "%s is not YAML: line %d: %s".formatted(name, e.line(), e.getMessage()), HINT);
    }
    try {
      return model(Fields.of(yaml.json()));
    } catch (Refusal.Invalid invalid) {
      var problems =
          invalid.violations().stream()
              .map(problem ->
                  "line %d: %s"
                      .formatted(
                          yaml.place(problem.pointer()).line(),
                          PlacedYaml.said(problem, "a pack's model")))
              .collect(Collectors.joining("; "));
      throw new CommandFailure.NotUsable(
          "%s has %d problems: %s".formatted(name, invalid.violations().size(), problems), HINT);
    }
  }

  private static PackModel model(Fields fields) {
    var title = text(fields, "title");
    var pack = text(fields, "pack");
    var workflow = text(fields, "workflow");
    var reference = fields.string("reference", 1, 40);
    var begins = fields.optionalTime("begins");
    if (begins.isEmpty()) {
      fields.problem("begins", "missing", "is required, a time such as 2026-01-05T00:00:00Z");
    }
    int perDay = (int) fields.integer("cases_per_day", 1, MOST_PER_DAY);
    var hours = hours(fields);
    var scenarios = scenarios(fields);
    var facts = facts(fields);
    var steps = steps(fields);
    var success = TermReader.logit(fields.nested("success"));
    var approvalFields = fields.nested("approval");
    double insight = TermReader.number(approvalFields, "insight", 0, 5);
    var approval = TermReader.logit(approvalFields);
    var agent = agent(fields.nested("agent"));
    var reviewers = reviewers(fields, agent.key());
    var observer = text(fields, "observer");
    if (observer.equals(agent.key())) {
      fields.problem("observer", "wrong_value", "must not be the agent's key");
    }
    var harm = harm(fields.nested("harm"));
    fields.done();
    return new PackModel(
        title,
        pack,
        workflow,
        reference,
        begins.orElse(Instant.EPOCH),
        perDay,
        hours,
        scenarios,
        facts,
        steps,
        success,
        approval,
        insight,
        agent,
        reviewers,
        observer,
        harm);
  }

  private static List<Double> hours(Fields fields) {
    var weights = new ArrayList<Double>();
    if (fields.any("hours").orElse(Json.NULL) instanceof JsonArray(var items)) {
      for (var item : items) {
        weights.add(
            item instanceof JsonNumber number && number.value() >= 0 && number.value() <= 1_000
                ? number.value()
                : -1.0);
      }
    }
    boolean sound =
        weights.size() == HOURS
            && weights.stream().allMatch(weight -> weight >= 0)
            && weights.stream().anyMatch(weight -> weight > 0);
    if (!sound) {
      fields.problem("hours", "wrong_value", "must be 24 weights from 0 to 1000, one above 0");
    }
    return weights;
  }

  private static List<PackModel.Scenario> scenarios(Fields fields) {
    var scenarios = new ArrayList<PackModel.Scenario>();
    for (var item : fields.nestedList("scenarios", MOST_SCENARIOS)) {
      scenarios.add(
          new PackModel.Scenario(
              text(item, "name"),
              TermReader.number(item, "weight", 0.001, 1_000),
              text(item, "queue"),
              item.optionalObject("facts").orElse(JsonObject.EMPTY)));
      item.closed();
    }
    if (scenarios.isEmpty()) {
      fields.problem("scenarios", "missing", "must name at least one");
    }
    return scenarios;
  }

  private static List<Fact> facts(Fields fields) {
    var facts = new ArrayList<Fact>();
    var names = new HashSet<String>();
    for (var item : fields.nestedList("facts", MOST_FACTS)) {
      var fact = FactReader.read(item);
      if (!names.add(fact.name())) {
        item.problem("name", "duplicate", "is there already");
      }
      item.closed();
      facts.add(fact);
    }
    return facts;
  }

  private static List<PackModel.Step> steps(Fields fields) {
    var steps = new ArrayList<PackModel.Step>();
    for (var item : fields.nestedList("steps", MOST_STEPS)) {
      steps.add(
          new PackModel.Step(
              text(item, "queue"),
              text(item, "action"),
              item.optionalObject("when").orElse(JsonObject.EMPTY)));
      item.closed();
    }
    return steps;
  }

  private static PackModel.Agent agent(Fields fields) {
    var agent =
        new PackModel.Agent(
            text(fields, "key"),
            TermReader.number(fields, "noise", 0, 10),
            TermReader.number(fields, "optimism", -5, 5),
            fields.integer("time_saved_seconds", 0, 604_800));
    fields.closed();
    return agent;
  }

  private static List<PackModel.Reviewer> reviewers(Fields fields, String agent) {
    var reviewers = new ArrayList<PackModel.Reviewer>();
    for (var item : fields.nestedList("reviewers", MOST_REVIEWERS)) {
      var key = text(item, "key");
      if (key.equals(agent)) {
        item.problem("key", "wrong_value", "must not be the agent's");
      }
      reviewers.add(
          new PackModel.Reviewer(
              key,
              TermReader.number(item, "strictness", -5, 5),
              TermReader.number(item, "insight", -5, 5)));
      item.closed();
    }
    if (reviewers.isEmpty()) {
      fields.problem("reviewers", "missing", "must name at least one");
    }
    return reviewers;
  }

  private static PackModel.Harm harm(Fields fields) {
    var harm =
        new PackModel.Harm(
            TermReader.number(fields, "minor", 0.001, 1_000),
            TermReader.number(fields, "major", 0, 1_000),
            TermReader.number(fields, "severe", 0, 1_000));
    fields.closed();
    return harm;
  }

  private static String text(Fields fields, String name) {
    return fields.string(name, 1, LONGEST);
  }
}
