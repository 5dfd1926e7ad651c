package dev.countersign.trust.predict.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import dev.countersign.trust.Stage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SnapshotTest {

  @Test
  void aDecisionHasFourteenFeaturesAndAnOutcomeSixteen() {
    // The facts of the case are the last one of each.
    assertThat(Predictor.DECISION.features()).hasSize(13);
    assertThat(Predictor.OUTCOME.features()).hasSize(15);
    assertThat(Some.decision().features()).hasSize(13);
    assertThat(Some.outcome().features()).hasSize(15);
  }

  @Test
  void whatIsStoredIsCanonical() {
    assertThat(new String(Some.decision().bytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"facts\":{\"amount\":1250.5,\"insured\":true,\"product\":\"ibuprofen\"},"
                + "\"features\":{\"action_type\":\"advance\",\"alignment\":0.9,"
                + "\"caller_confidence\":0.8,\"caller_safety\":0.7,\"events_last_hour\":12,"
                + "\"local_hour\":14,\"queue\":\"refills\",\"queue_approval_rate_7d\":0.75,"
                + "\"rejection_streak\":0,\"reliability\":0.95,\"scope_trust\":0.85,"
                + "\"stage\":\"propose\",\"time_saved_seconds\":300},"
                + "\"predictor\":\"decision\",\"schema\":1}");
  }

  @Test
  void whatIsNotKnownIsNotThere() {
    var snapshot =
        new DecisionFeatures(
                "refills",
                "advance",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Stage.OBSERVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                new TreeMap<>())
            .snapshot();
    assertThat(snapshot.features().keySet())
        .containsExactly(
            "action_type", "events_last_hour", "local_hour", "queue", "rejection_streak", "stage");
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Property.holdsFor(
        200,
        random -> {
          var snapshot = Some.snapshot(random);
          var read = Snapshot.fromJson(JsonReader.readObject(text(snapshot)));
          assertThat(read).contains(snapshot);
          assertThat(read.orElseThrow().digest()).isEqualTo(snapshot.digest());
        });
  }

  @Test
  void aSnapshotOfAnotherSchemaIsLeftOut() {
    var json = Some.decision().toJson().with("schema", Json.of(2));
    assertThat(Snapshot.fromJson(json)).isEmpty();
  }

  @Test
  void factsAreWhateverTheWorkflowHas() {
    var attributes =
        JsonReader.readObject(
            "{\"b\":true,\"n\":3,\"t\":\"x\",\"none\":null,\"list\":[1],\"long\":\""
                + "y".repeat(201)
                + "\"}");
    assertThat(Snapshot.facts(attributes))
        .containsExactly(
            Map.entry("b", Value.of(true)),
            Map.entry("n", Value.of(3.0)),
            Map.entry("t", Value.of("x")));
  }

  @Test
  void aFeatureThatIsNoneOfThePredictorsIsRefused() {
    var features = new TreeMap<String, Value>();
    features.put("label", Value.of(1.0));
    assertThatThrownBy(() -> new Snapshot(Predictor.DECISION, features, new TreeMap<>()))
        .hasMessage("`label` is no such feature of the decision model");
    features.clear();
    features.put("queue", Value.of(1.0));
    assertThatThrownBy(() -> new Snapshot(Predictor.DECISION, features, new TreeMap<>()))
        .hasMessage("`queue` is no such feature of the decision model");
  }

  @Test
  void aShareOverOneIsRefused() {
    assertThatThrownBy(() -> new Known().share("reliability", Optional.of(1.5)))
        .hasMessage("`reliability` is a share, not `1.5`");
    assertThatThrownBy(() -> new Known().within("weekday", 0, 1, 7))
        .hasMessage("`weekday` lies from 1 to 7, not at `0`");
  }

  private static String text(Snapshot snapshot) {
    return new String(snapshot.bytes(), StandardCharsets.UTF_8);
  }
}
