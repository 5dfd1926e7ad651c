package dev.countersign.trust.predict.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EncodingTest {

  /// The vectors by heart: whoever changes what a column means raises the schema's version.
  @Test
  void theVectorOfASchemaStaysWhatItIs() {
    var decision = Encoding.of(Predictor.DECISION, five(Some.decision()));
    assertThat(decision.vector(Some.decision()))
        .containsExactly(
            1, 1, 0.8f, 0.7f, 300, 0.85f, 1, 0.95f, 0.9f, 0.75f, 0, 14, 12, 1250.5f, 1, 1);
    var outcome = Encoding.of(Predictor.OUTCOME, five(Some.outcome()));
    assertThat(outcome.vector(Some.outcome()))
        .containsExactly(
            1, 1, 1, 1, 0.85f, 0.05f, 0.95f, 1, 17, 1, 0.8f, 0.7f, 14, 3, 26.5f, 1250.5f, 1, 1);
  }

  @Test
  void whatWasStoredAndReadEncodesToTheSameVector() {
    Property.holdsFor(
        200,
        random -> {
          var training = new ArrayList<Snapshot>();
          for (int i = 0; i < 30; i++) {
            training.add(Some.snapshot(Predictor.OUTCOME, random));
          }
          var fixed = Encoding.of(Predictor.OUTCOME, training);
          var served = Encoding.fromJson(JsonReader.readObject(fixed.toJson().toString()));
          assertThat(served.width()).isEqualTo(fixed.width());
          for (int i = 0; i < 10; i++) {
            var snapshot = Some.snapshot(Predictor.OUTCOME, random);
            var stored = JsonReader.readObject(snapshot.toJson().toString());
            var vector = served.vector(Snapshot.fromJson(stored).orElseThrow());
            assertThat(bits(vector)).isEqualTo(bits(fixed.vector(snapshot)));
          }
        });
  }

  @Test
  void theOrderOfTheTrainingCasesDoesNotMatter() {
    Property.holdsFor(
        50,
        random -> {
          var training = new ArrayList<Snapshot>();
          for (int i = 0; i < 30; i++) {
            training.add(Some.snapshot(Predictor.DECISION, random));
          }
          var json = Encoding.of(Predictor.DECISION, training).toJson();
          Collections.shuffle(training, new Random(random.nextLong()));
          assertThat(Encoding.of(Predictor.DECISION, training).toJson()).isEqualTo(json);
        });
  }

  @Test
  void whatIsMissingIsMissingAndNotZero() {
    var encoding = Encoding.of(Predictor.DECISION, five(Some.decision()));
    var empty = new Snapshot(Predictor.DECISION, new TreeMap<>(), new TreeMap<>());
    assertThat(encoding.vector(empty)).hasSize(16).containsOnly(Float.NaN);
  }

  @Test
  void anUnknownCategoryIsMissingAndAKnownOneIsNotTheOthers() {
    var training = new ArrayList<Snapshot>();
    for (var queue : List.of("claims", "refills")) {
      training.addAll(five(queue(queue)));
    }
    var encoding = Encoding.of(Predictor.DECISION, training);
    assertThat(encoding.names().subList(0, 2)).containsExactly("queue", "queue");
    assertThat(encoding.vector(queue("claims"))).startsWith(1, 0);
    assertThat(encoding.vector(queue("refills"))).startsWith(0, 1);
    assertThat(encoding.vector(queue("returns"))).startsWith(Float.NaN, Float.NaN);
    assertThat(encoding.observed(queue("returns"), "queue")).isEqualTo("returns");
    assertThat(encoding.observed(queue("returns"), "reliability")).isEqualTo("missing");
  }

  @Test
  void aFactOfAnotherTypeThanAtTrainingIsMissing() {
    var encoding = Encoding.of(Predictor.DECISION, five(Some.decision()));
    var facts = Some.facts();
    facts.put("insured", Value.of("yes"));
    facts.put("product", Value.of(7.0));
    var vector =
        encoding.vector(new Snapshot(Predictor.DECISION, Some.decision().features(), facts));
    assertThat(vector).endsWith(1250.5f, Float.NaN, Float.NaN);
  }

  @Test
  void onlyTheMostFrequentCategoriesHaveColumns() {
    var training = new ArrayList<Snapshot>();
    for (int i = 0; i < 50; i++) {
      for (int times = 0; times <= i % 40; times++) {
        training.add(queue("q%02d".formatted(i)));
      }
    }
    var encoding = Encoding.of(Predictor.DECISION, training);
    assertThat(Collections.frequency(encoding.names(), "queue")).isEqualTo(Encoding.MOST_WORDS);
    assertThat(encoding.vector(queue("q00"))[0]).isNaN();
    assertThat(encoding.vector(queue("q39"))).contains(1);
  }

  /// It could be a person's name, and a model is not erased.
  @Test
  void aWordThatFewerThanFiveCasesShareIsNotKept() {
    var training = new ArrayList<Snapshot>(five(queue("claims")));
    training.addAll(five(queue("Jane Doe")).subList(0, 4));
    var encoding = Encoding.of(Predictor.DECISION, training);
    assertThat(encoding.toJson().toString()).contains("claims").doesNotContain("Jane Doe");
    assertThat(encoding.vector(queue("Jane Doe"))[0]).isNaN();
  }

  /// As often as it takes for a word to have a column.
  private static List<Snapshot> five(Snapshot snapshot) {
    return Collections.nCopies(Encoding.FEWEST_OF_A_WORD, snapshot);
  }

  @Test
  void anEncodingOfAnotherSchemaIsNotRead() {
    var json = Encoding.of(Predictor.DECISION, List.of()).toJson().with("schema", Json.of(2));
    assertThatThrownBy(() -> Encoding.fromJson(json))
        .hasMessage("the encoding is of another schema");
  }

  @Test
  void aSnapshotOfAnotherPredictorHasNoVector() {
    var encoding = Encoding.of(Predictor.DECISION, List.of());
    assertThatThrownBy(() -> encoding.vector(Some.outcome()))
        .hasMessage("a snapshot for `outcome` is not one for `decision`");
  }

  private static Snapshot queue(String queue) {
    var features = new TreeMap<String, Value>();
    features.put("queue", Value.of(queue));
    return new Snapshot(Predictor.DECISION, features, new TreeMap<>());
  }

  private static List<Integer> bits(float[] vector) {
    var bits = new ArrayList<Integer>();
    for (float value : vector) {
      bits.add(Float.floatToIntBits(value));
    }
    return bits;
  }
}
