package dev.countersign.trust.predict;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import dev.countersign.trust.predict.features.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/// A model that was opened and may be asked. Safe for use by many threads until closed.
public final class Model implements AutoCloseable {
  private static final int DEEPEST = 16;

  private final Manifest manifest;
  private final Trees trees;

  private Model(Manifest manifest, Trees trees) {
    this.manifest = manifest;
    this.trees = trees;
  }

  /// Whether a file could be opened.
  public sealed interface Opened {
    record Ready(Model model) implements Opened {}

    /// @param why in words for an operator
    record Refused(String why) implements Opened {}
  }

  /// Opens a file if it is the expected one, unchanged. Nothing of it is read before its digest was
  /// compared, because a library's reader is no place for strangers' bytes.
  public static Opened open(ModelFile file, Digest expected, Learner learner) {
    if (!file.digest().equals(expected)) {
      return new Opened.Refused("the manifest is not the one whose digest is registered");
    }
    try {
      if (!(JsonReader.read(file.manifest(), DEEPEST) instanceof JsonObject json)) {
        return new Opened.Refused("the manifest is no object");
      }
      var manifest = Manifest.fromJson(json);
      if (!Digest.sha256(file.trees()).equals(manifest.trees())) {
        return new Opened.Refused("the trees are not those of the manifest");
      }
      return new Opened.Ready(new Model(manifest, learner.read(file.trees())));
    } catch (IllegalArgumentException | MalformedJson e) {
      return new Opened.Refused("the model cannot be read: " + e.getMessage());
    }
  }

  public Manifest manifest() {
    return manifest;
  }

  /// What the model says of a proposal; the base rate where it has no skill.
  ///
  /// Throws IllegalArgumentException for a snapshot of another predictor.
  public Prediction predict(Snapshot snapshot) {
    if (!manifest.skill()) {
      return new Prediction.NoSkill(manifest.base(), manifest.version());
    }
    var vector = manifest.encoding().vector(snapshot);
    double margin = trees.margins(List.of(vector))[0];
    var parts = trees.contributions(vector);
    double likelihood = manifest.calibration().probability(margin);
    return new Prediction.Calibrated(
        likelihood,
        manifest.metrics().alike(likelihood),
        margin,
        parts[parts.length - 1],
        contributions(snapshot, parts),
        manifest.version());
  }

  /// The probabilities alone, whether or not the model has skill: what comparisons and tests need.
  ///
  /// Throws IllegalArgumentException for a snapshot of another predictor.
  public List<Double> probabilities(List<Snapshot> snapshots) {
    var margins = trees.margins(snapshots.stream().map(manifest.encoding()::vector).toList());
    return Arrays.stream(margins).mapToObj(manifest.calibration()::probability).toList();
  }

  private List<Contribution> contributions(Snapshot snapshot, double[] parts) {
    var sums = new LinkedHashMap<String, Double>();
    var names = manifest.encoding().names();
    for (int i = 0; i < names.size(); i++) {
      sums.merge(names.get(i), parts[i], Double::sum);
    }
    var contributions = new ArrayList<Contribution>();
    sums.forEach((name, sum) ->
        contributions.add(
            new Contribution(name, manifest.encoding().observed(snapshot, name), sum)));
    contributions.sort(
        Comparator.comparingDouble((Contribution one) -> -Math.abs(one.logOdds()))
            .thenComparing(Contribution::feature));
    return contributions;
  }

  @Override
  public void close() {
    trees.close();
  }
}
