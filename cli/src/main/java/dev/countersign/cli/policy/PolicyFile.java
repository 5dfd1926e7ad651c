package dev.countersign.cli.policy;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.yaml.MalformedYaml;
import dev.countersign.cli.yaml.PlacedYaml;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicyProblem;
import dev.countersign.policy.lifecycle.PolicyWarning;
import dev.countersign.policy.tests.SetFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A policy set in a file, with or without tests, YAML or JSON.
final class PolicyFile {
  private final Path path;
  private final PlacedYaml yaml;

  private PolicyFile(Path path, PlacedYaml yaml) {
    this.path = path;
    this.yaml = yaml;
  }

  /// What a file holds, or every line that says what is wrong with it.
  sealed interface Read {
    record Fit(PolicyFile file, SetFile set) implements Read {}

    record Unfit(List<String> lines) implements Read {
      public Unfit {
        lines = List.copyOf(lines);
      }
    }
  }

  /// Reads a file; throws [CommandFailure] if it is not there.
  static Read read(Path path) {
    var text = text(path);
    try {
      var file = new PolicyFile(path, PlacedYaml.read(text));
      return file.read(file.yaml.json());
    } catch (MalformedYaml e) {
      return new Read.Unfit(
          List.of("%s:%d:%d: %s".formatted(path, e.line(), e.column(), e.getMessage())));
    }
  }

  private Read read(Json json) {
    try {
      return new Read.Fit(this, SetFile.read(json));
    } catch (Refusal.Invalid invalid) {
      return new Read.Unfit(
          invalid.violations().stream()
              .map(violation ->
                  line(yaml.place(violation.pointer()), PlacedYaml.said(violation, "a policy set")))
              .toList());
    }
  }

  /// A line for each condition that is not fit for use.
  List<String> problems(SetFile set, Conditions conditions) {
    var lines = new ArrayList<String>();
    for (var problem : PolicyProblem.in(set.set(), conditions)) {
      var place =
          yaml.within(
              pointer(problem.policy()) + "/condition",
              problem.problem().line(),
              problem.problem().column());
      lines.add(line(place, "`" + problem.policy() + "`: " + problem.problem().message()));
    }
    return lines;
  }

  /// A line for each thing that was probably not meant.
  List<String> warnings(SetFile set) {
    var lines = new ArrayList<String>();
    for (var warning : PolicyWarning.in(set.set())) {
      var place = yaml.place(warning.policy().map(this::pointer).orElse(""));
      var about = warning.policy().map(key -> "`" + key + "` ").orElse("");
      lines.add(line(place, "warning: " + about + warning.message()));
    }
    return lines;
  }

  private String pointer(PolicyKey key) {
    var policies = ((JsonObject) yaml.json()).items("policies");
    for (int i = 0; i < policies.size(); i++) {
      if (policies.get(i) instanceof JsonObject policy
          && policy.text("key").filter(key.value()::equals).isPresent()) {
        return "/policies/" + i;
      }
    }
    return "";
  }

  private String line(PlacedYaml.Place place, String message) {
    return "%s:%d:%d: %s"
        .formatted(path, place.line(), place.column(), message.replaceAll("\\s*\\R\\s*", " "));
  }

  private static String text(Path path) {
    try {
      if (Files.size(path) > PlacedYaml.LARGEST) {
        throw new CommandFailure.NotUsable(
            "`" + path + "` is larger than 4 MiB", "a server takes no larger set either");
      }
      return Files.readString(path);
    } catch (CharacterCodingException e) {
      throw new CommandFailure.NotUsable("`" + path + "` is no UTF-8 text", "save it as UTF-8");
    } catch (IOException e) {
      throw new CommandFailure.NotUsable(
          "`" + path + "` cannot be read", "give a file with a policy set, YAML or JSON");
    }
  }
}
