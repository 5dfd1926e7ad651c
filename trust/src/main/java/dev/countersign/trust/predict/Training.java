package dev.countersign.trust.predict;

import dev.countersign.kernel.Digest;
import dev.countersign.trust.predict.calibration.Calibration;
import dev.countersign.trust.predict.calibration.Margin;
import dev.countersign.trust.predict.features.Encoding;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.measure.Metrics;
import dev.countersign.trust.predict.measure.Stated;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Makes a model of the labels that are known at a moment, or says that there are too few.
///
/// Pure but for its [Learner]: the same labels, moment and version give the same file. Safe for use
/// by many threads if the learner is.
public final class Training {

  /// Any number, the same for all: nothing is gained by choosing it.
  static final long SEED = 46;

  private static final int QUANTILES = 20;

  private final Learner learner;
  private final Predictor predictor;
  private final Duration maturity;

  /// @param maturity how old a case must be to count: how long its label usually takes at most
  public Training(Learner learner, Predictor predictor, Duration maturity) {
    if (maturity.isNegative()) {
      throw new IllegalArgumentException("a case cannot be mature before it is there");
    }
    this.learner = learner;
    this.predictor = predictor;
    this.maturity = maturity;
  }

  /// What training came to.
  public sealed interface Trained {
    /// There are too few labels, in all or before the held-out part.
    record ColdStart(BaseRate base) implements Trained {}

    /// A model, with skill or without.
    record Fitted(ModelFile file, Manifest manifest) implements Trained {}
  }

  /// Trains on what is known at `asOf`; whatever became known later is not looked at.
  ///
  /// @param all at most one label for each proposal, of this predictor's snapshots
  public Trained train(Collection<Labelled> all, Instant asOf, int version) {
    var known = Parts.known(all, asOf, maturity);
    var base = base(known);
    if (base.of() < predictor.fewest()
        || base.of() - base.happened() < predictor.fewestNegatives()) {
      return new Trained.ColdStart(base);
    }
    var parts = Parts.of(known, maturity);
    var encoding =
        Encoding.of(predictor, parts.training().stream().map(Labelled::snapshot).toList());
    var examples = examples(encoding, parts.training());
    if (!examples.bothClasses() || parts.calibration().isEmpty()) {
      return new Trained.ColdStart(base);
    }
    try (var trees = learner.learn(examples, SEED)) {
      return fitted(trees, encoding, parts, known, base, asOf, version);
    }
  }

  private Trained fitted(
      Trees trees,
      Encoding encoding,
      Parts parts,
      List<Labelled> known,
      BaseRate base,
      Instant asOf,
      int version) {
    var calibration = Calibration.fit(margins(trees, encoding, parts.calibration()));
    var stated =
        margins(trees, encoding, parts.heldOut()).stream()
            .map(one -> new Stated(calibration.probability(one.margin()), one.happened()))
            .toList();
    var before = new ArrayList<>(parts.training());
    before.addAll(parts.calibration());
    var bytes = trees.bytes();
    var manifest =
        new Manifest(
            encoding,
            version,
            calibration,
            base,
            Range.of(parts.training()),
            Range.of(parts.calibration()),
            Range.of(parts.heldOut()),
            parts.leftOut(),
            Metrics.of(stated, base(before).measured().orElseThrow().value()),
            asOf,
            known.stream().map(Labelled::known).max(Comparator.naturalOrder()).orElseThrow(),
            quantiles(margins(trees, encoding, parts.calibration()), calibration),
            learner.name(),
            SEED,
            Digest.sha256(bytes));
    return new Trained.Fitted(ModelFile.of(manifest, bytes), manifest);
  }

  private static List<Double> quantiles(List<Margin> margins, Calibration calibration) {
    var sorted =
        margins.stream().map(one -> calibration.probability(one.margin())).sorted().toList();
    var quantiles = new ArrayList<Double>();
    for (int i = 1; i < QUANTILES; i++) {
      quantiles.add(sorted.get(sorted.size() * i / QUANTILES));
    }
    return quantiles.stream().distinct().toList();
  }

  private static List<Margin> margins(Trees trees, Encoding encoding, List<Labelled> cases) {
    var margins = trees.margins(examples(encoding, cases).rows());
    var list = new ArrayList<Margin>();
    for (int i = 0; i < margins.length; i++) {
      list.add(new Margin(margins[i], cases.get(i).label()));
    }
    return list;
  }

  private static Examples examples(Encoding encoding, List<Labelled> cases) {
    return new Examples(
        cases.stream().map(one -> encoding.vector(one.snapshot())).toList(),
        cases.stream().map(Labelled::label).toList());
  }

  private static BaseRate base(List<Labelled> cases) {
    return new BaseRate(cases.stream().filter(Labelled::label).count(), cases.size());
  }
}
