package dev.countersign.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.testkit.Property;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PackModelTest {

  /// A queue of a pack stands on a line of its own; cases may be opened in the first.
  private static final Pattern QUEUE = Pattern.compile("- \\{name: (\\w+), title: [^}]*}");

  @Test
  void everyScenarioBeginsInAQueueWhereItsPackLetsCasesBeOpened() throws IOException {
    for (var name : Models.SHIPPED) {
      var model = Models.shipped(name);
      var pack = Files.readString(Path.of("..", "packs", model.pack() + ".yaml"));
      var starts =
          QUEUE
              .matcher(pack.substring(pack.indexOf("    queues:"), pack.indexOf("transitions:")))
              .results()
              .filter(queue -> queue.group().contains("start: true"))
              .map(queue -> queue.group(1))
              .collect(Collectors.toCollection(ArrayList::new));
      var first = QUEUE.matcher(pack);
      assertThat(first.find()).isTrue();
      starts.add(first.group(1));
      assertThat(model.scenarios()).extracting(PackModel.Scenario::queue).isSubsetOf(starts);
    }
  }

  @Test
  void theSameSeedMakesTheSameAndAnotherMakesOthers() {
    for (var name : Models.SHIPPED) {
      var model = Models.shipped(name);
      assertThat(made(model, 7)).as(name).isEqualTo(made(Models.shipped(name), 7));
      var one = made(model, 7);
      var other = made(model, 8);
      long same =
          LongStream.range(0, 200).filter(i -> one.get((int) i).equals(other.get((int) i))).count();
      assertThat(same).as(name).isZero();
    }
  }

  /// Fixed once, so that another version of this program, or of the JDK, makes the same.
  @Test
  void whatASeedMakesIsFixed() {
    var made = String.join("\n", made(Models.shipped("pharmacy-refill"), 1));
    assertThat(Digest.sha256(made.getBytes(StandardCharsets.UTF_8)).hex()).isEqualTo(FIXED);
  }

  private static final String FIXED =
      "23245bd2fac2d68d80a59b3ee63dc9c236f64a8328f9e165eee8c974c987a607";

  private static List<String> made(PackModel model, long seed) {
    var made = new ArrayList<String>();
    for (long i = 0; i < 200; i++) {
      var subject = model.caseAt(seed, i);
      var judged = model.judge(seed, subject, subject.queue(), 0);
      made.add(
          subject.at()
              + " "
              + subject.queue()
              + " "
              + subject.facts()
              + " "
              + judged.success()
              + " "
              + judged.confidence()
              + " "
              + judged.votes().stream().map(Judgement.Vote::approves).toList());
    }
    return made;
  }

  @Test
  void whatHappensToOneCaseDoesNotDependOnAnother() {
    var model = Models.shipped("insurance-claim");
    Property.holdsFor(
        100,
        random -> {
          long seed = random.nextLong();
          long index = random.nextLong(1_000_000);
          var alone = model.caseAt(seed, index);
          model.caseAt(seed, index + 1);
          assertThat(model.caseAt(seed, index)).isEqualTo(alone);
          assertThat(model.judge(seed, alone, "review", 3))
              .isEqualTo(model.judge(seed, alone, "review", 3))
              .isNotEqualTo(model.judge(seed, alone, "review", 2));
        });
  }

  @Test
  void casesComeInTheOrderOfTimeAndMostlyByDay() {
    for (var name : Models.SHIPPED) {
      var model = Models.shipped(name);
      var cases = LongStream.range(0, 2_000).mapToObj(i -> model.caseAt(3, i)).toList();
      assertThat(cases).as(name).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
      assertThat(cases).extracting(SimulatedCase::reference).doesNotHaveDuplicates();
      long byDay =
          cases.stream()
              .map(each -> each.at().toString().substring(11, 13))
              .filter(hour -> hour.compareTo("08") >= 0 && hour.compareTo("18") < 0)
              .count();
      assertThat(byDay).as(name).isGreaterThan(1_400);
    }
  }

  /// The workflow takes only facts that it knows, of their types, and only its own transitions.
  @Test
  void whatAModelMakesFitsItsPack() throws IOException {
    for (var name : Models.SHIPPED) {
      var model = Models.shipped(name);
      assertThat(model.pack()).isEqualTo(name);
      var pack = Files.readString(Path.of("..", "packs", name + ".yaml"));
      assertThat(pack).contains("    key: " + model.workflow() + "\n");
      for (var step : model.steps()) {
        assertThat(pack).contains("      - type: " + step.action() + "\n");
        assertThat(pack).contains("      - {name: " + step.queue() + ",");
      }
      for (long i = 0; i < 500; i++) {
        var subject = model.caseAt(11, i);
        assertThat(pack).contains("      - {name: " + subject.queue() + ",");
        for (var fact : subject.facts().members().entrySet()) {
          assertThat(pack)
              .as(name + " " + fact.getKey())
              .containsPattern(
                  "- \\{name: " + fact.getKey() + ", type: (" + types(fact.getValue()) + ")");
        }
      }
    }
  }

  private static String types(Json value) {
    return switch (value) {
      case Json.JsonString _ -> "string";
      case Json.JsonBoolean _ -> "boolean";
      case Json.JsonNumber _ -> "integer";
      default -> "none";
    };
  }

  @Test
  void termsAreWhatTheySay() {
    var facts = Json.object().put("a", 99L).put("b", true).build();
    assertThat(new Term.Is("b", Json.of(true), 2).of(facts, "q", 0)).isEqualTo(2);
    assertThat(new Term.Is("b", Json.of(false), 2).of(facts, "q", 0)).isZero();
    assertThat(new Term.Linear("a", 90, 3, 0.5).of(facts, "q", 0)).isEqualTo(1.5);
    assertThat(new Term.Linear("c", 90, 3, 0.5).of(facts, "q", 0)).isZero();
    assertThat(new Term.Magnitude("a", 1, 3).of(facts, "q", 0)).isEqualTo(3);
    assertThat(new Term.In("q", 1).of(facts, "q", 0)).isEqualTo(1);
    var night = new Term.Hours(20, 6, 1);
    assertThat(
            Arrays.stream(new int[] {19, 20, 23, 0, 5, 6})
                .mapToDouble(hour -> night.of(JsonObject.EMPTY, "q", hour)))
        .containsExactly(0.0, 1.0, 1.0, 1.0, 1.0, 0.0);
  }
}
