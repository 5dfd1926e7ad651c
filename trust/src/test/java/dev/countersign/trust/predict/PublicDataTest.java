package dev.countersign.trust.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.trust.Stage;
import dev.countersign.trust.predict.Training.Trained;
import dev.countersign.trust.predict.features.DecisionFeatures;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Value;
import dev.countersign.trust.predict.forest.RandomCut;
import dev.countersign.trust.predict.measure.Metrics;
import dev.countersign.trust.predict.measure.Stated;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the predictors say of other people's data; the folder is named by the environment variable
/// `COUNTERSIGN_SHARED_DATA`. All the numbers are in `benchmarks/results`.
@Tag("vectors")
class PublicDataTest {
  private static final Path FOLDER =
      Path.of(Objects.requireNonNull(System.getenv("COUNTERSIGN_SHARED_DATA")));
  private static final Duration MONTH = Duration.ofDays(30);

  /// Real loan applications at their submission: the amount and the hour say a little.
  @Test
  void theLoanLogSupportsAnAreaOfAboutSixTenthsAndNoMore() throws IOException {
    var metrics = trained(false).metrics();
    assertThat(metrics.auc().orElseThrow().value()).isBetween(0.55, 0.65);
    assertThat(metrics.improvement().value()).isLessThan(0.05);
  }

  /// The log counts the events of the whole case: known at submission, they are a leak, and it
  /// shows.
  @Test
  void aLeakFromTheFutureIsNotMistakenForALittleSkill() throws IOException {
    assertThat(trained(true).metrics().auc().orElseThrow().value()).isGreaterThan(0.85);
  }

  private static Manifest trained(boolean leak) throws IOException {
    var labels = new ArrayList<Labelled>();
    var lines =
        Files.readAllLines(FOLDER.resolve("7-decisions/loan_applications_2012_first_half.csv"));
    var names = Arrays.asList(lines.getFirst().split(","));
    for (var line : lines.subList(1, lines.size())) {
      var cells = Arrays.asList(line.split(",", -1));
      var decision = cells.get(names.indexOf("decision"));
      if (cells.get(names.indexOf("decided_by_human")).equals("1")
          && !decision.equals("CANCELLED")) {
        var submitted = OffsetDateTime.parse(cells.get(names.indexOf("submitted")));
        var decided = OffsetDateTime.parse(cells.get(names.indexOf("decision_time")));
        var facts = new TreeMap<String, Value>();
        facts.put("amount", Value.of(Double.parseDouble(cells.get(names.indexOf("amount_req")))));
        if (leak) {
          facts.put("events", Value.of(Double.parseDouble(cells.get(names.indexOf("n_events")))));
        }
        var snapshot =
            new DecisionFeatures(
                    "applications",
                    "approve",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Stage.OBSERVE,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    submitted.getHour(),
                    0,
                    facts)
                .snapshot();
        labels.add(
            new Labelled(
                new UUID(0, Long.parseLong(cells.get(names.indexOf("case")))),
                snapshot,
                submitted.toInstant(),
                decided.toInstant(),
                decision.equals("APPROVED")));
      }
    }
    var asOf = labels.stream().map(Labelled::known).max(Comparator.naturalOrder()).orElseThrow();
    var training = new Training(Made.learner(), Predictor.DECISION, MONTH);
    return ((Trained.Fitted) training.train(labels, asOf, 1)).manifest();
  }

  /// Thyroid: every twentieth row, and all anomalies, among 168 others.
  @Test
  void theForestRanksSickThyroidsOverHealthyOnes() throws IOException {
    var rows = new ArrayList<double[]>();
    var file = FOLDER.resolve("7-anomaly/adbench/38_thyroid.csv.gz");
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      in.readLine();
      in.lines()
          .map(line -> Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray())
          .forEach(rows::add);
    }
    var others = new ArrayList<double[]>();
    for (int i = 0; i < 168; i++) {
      others.add(Arrays.copyOf(rows.get(i * 22), 6));
    }
    var forest = new RandomCut();
    var stated = new ArrayList<Stated>();
    for (int i = 0; i < rows.size(); i++) {
      boolean sick = rows.get(i)[6] == 1;
      if (i % 22 != 0 && (sick || i % 20 == 1)) {
        double score = forest.score(others, Arrays.copyOf(rows.get(i), 6)).value();
        stated.add(new Stated(Math.min(1, score / 10), sick));
      }
    }
    assertThat(Metrics.of(stated, 0.5).auc().orElseThrow().low()).isGreaterThan(0.85);
  }
}
