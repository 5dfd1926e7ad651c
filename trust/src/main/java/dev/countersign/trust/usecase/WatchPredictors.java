package dev.countersign.trust.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Generation;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.predict.Comparison;
import dev.countersign.trust.predict.Labelled;
import dev.countersign.trust.predict.Manifest;
import dev.countersign.trust.predict.Model;
import dev.countersign.trust.predict.Model.Opened;
import dev.countersign.trust.predict.Position;
import dev.countersign.trust.predict.drift.CalibrationDrift;
import dev.countersign.trust.predict.drift.Drift;
import dev.countersign.trust.predict.drift.DriftKind;
import dev.countersign.trust.predict.drift.FeatureDrift;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.threshold.Thresholds;
import dev.countersign.trust.store.ExampleStore;
import dev.countersign.trust.store.ModelStore;
import dev.countersign.trust.store.PredictorRow;
import dev.countersign.trust.store.TrustStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Watches the models that serve: counts base rates, compares champion and challenger, looks for
/// drift, and certifies thresholds of risk as the random sample grows. In the background.
///
/// A look reads a bounded part of what is new, and writes only what it read anew if nothing else
/// changed the predictor meanwhile. Whatever changes an answer (another champion, a threshold, a
/// drift that takes thresholds away) has an entry and raises the generation of trust.
///
/// Safe for use by many threads.
public final class WatchPredictors {
  /// What one look reads of each kind: some tens of milliseconds of work.
  private static final int PART = 500;

  private static final int MOST_PARTS = 5;

  /// What is usual is told by so many: as many as a model may learn from would tell nothing more.
  private static final int MOST_USUAL = 2_000;

  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final Models models;
  private final Anomalies alarms;
  private final Clock clock;
  private final ModelStore registry = new ModelStore();
  private final ExampleStore examples = new ExampleStore();
  private final TrustStore settings = new TrustStore();

  public WatchPredictors(
      TenantTransactions transactions,
      Ledger ledger,
      Models models,
      Anomalies alarms,
      Clock clock) {
    this.alarms = alarms;
    this.transactions = transactions;
    this.ledger = ledger;
    this.models = models;
    this.clock = clock;
  }

  /// What a look came to.
  ///
  /// @param more whether there is more to read at once
  private record Look(PredictorRow before, PredictorRow after, boolean more) {

    boolean promotes() {
      return !before.champion().equals(after.champion());
    }

    boolean drifts() {
      return after.drift().filter(Drift::told).isPresent()
          && before.drift().filter(Drift::told).isEmpty();
    }

    boolean certifies() {
      return !before.thresholds().limits().equals(after.thresholds().limits());
    }

    boolean changesAnswers() {
      return promotes() || drifts() || certifies();
    }
  }

  /// Looks once; returns whether there is more to read at once.
  public boolean look(TenantId tenant, Predictor predictor, String traceId) {
    var now = clock.instant();
    var look =
        transactions.run(tenant, Rules.READ, transaction -> look(transaction, predictor, now));
    if (look.changesAnswers()) {
      var _ =
          ledger.transact(
              Call.system(tenant, "predictors", traceId),
              new Attempt("model.watched", "predictor", predictor.word()),
              Rules.CHANGE,
              transaction -> changed(transaction, look, now));
    } else if (!look.after().equals(look.before())) {
      transactions.run(
          tenant,
          Rules.APPLY,
          transaction -> {
            write(transaction, look, now);
            return look;
          });
    }
    return look.more();
  }

  private boolean write(TenantTransaction transaction, Look look, Instant now) {
    var locked = registry.lock(transaction, look.before().predictor(), now);
    if (!locked.equals(look.before())) {
      return false; // Somebody else looked or trained: the next look starts from there.
    }
    registry.write(transaction, look.after(), now);
    return true;
  }

  private JsonObject changed(LedgerTransaction transaction, Look look, Instant now) {
    if (!write(transaction.tenant(), look, now)) {
      return JsonObject.EMPTY;
    }
    transaction.tenant().raise(Generation.Counter.TRUST);
    if (look.promotes()) {
      record(transaction, look, "model.promoted", promotion(look));
    }
    if (look.drifts()) {
      drifted(transaction, look.after());
    }
    if (look.certifies()) {
      record(transaction, look, "threshold.set", thresholds(look.after()));
    }
    return JsonObject.EMPTY;
  }

  private static void record(
      LedgerTransaction transaction, Look look, String action, JsonObject details) {
    var predictor = look.after().predictor().word();
    transaction.record(
        action,
        "predictor",
        predictor,
        transaction.newId(),
        details.with("predictor", Json.of(predictor)));
  }

  private static JsonObject promotion(Look look) {
    var comparison = look.before().comparison();
    return Json.object()
        .put("version", look.after().champion().map(Json::of))
        .put("was", look.before().champion().map(Json::of))
        .put("labels", comparison.map(one -> Json.of(one.labels())))
        .build();
  }

  /// An alarm for each kind, with the features that have the largest part in it.
  private void drifted(LedgerTransaction transaction, PredictorRow row) {
    var drift = row.drift().orElseThrow();
    if (drift.features().alarmed()) {
      var parts =
          drift.features().parts().stream().limit(MOST_PARTS).map(WatchPredictors::part).toList();
      alarms.raiseDrift(
          transaction,
          row.predictor(),
          DriftKind.FEATURE_DRIFT,
          Json.object().put("features", Json.array(parts)).build());
    }
    if (drift.calibration().alarmed()) {
      alarms.raiseDrift(
          transaction, row.predictor(), DriftKind.CALIBRATION_DRIFT, JsonObject.EMPTY);
    }
  }

  private static JsonObject part(FeatureDrift.Part part) {
    return Json.object()
        .put("feature", part.feature())
        .put("share", part.share())
        .put("stability_index", part.stability())
        .build();
  }

  private static JsonObject thresholds(PredictorRow row) {
    var limits = Json.object();
    var budgets = Json.object();
    row.thresholds()
        .limits()
        .forEach((type, limit) -> {
          limits.put(type, limit.most());
          budgets.put(type, limit.budget());
        });
    return Json.object()
        .put("version", row.thresholds().version())
        .put("risk_at_most", limits.build())
        .put("harm_budget", budgets.build())
        .build();
  }

  private Look look(TenantTransaction transaction, Predictor predictor, Instant now) {
    var before = registry.predictor(transaction, predictor);
    var after = before.counting(examples.rate(transaction, predictor, TrainPredictors.MOST_LABELS));
    var champion = before.champion().map(version -> models.open(transaction, predictor, version));
    if (champion.isEmpty() || !(champion.get() instanceof Opened.Ready(var model))) {
      return new Look(before, after, false);
    }
    after = drifting(transaction, after, model.manifest(), now);
    after = certified(transaction, after, model.manifest(), now);
    after = watchedAnew(transaction, after, model.manifest());
    after = compared(transaction, after, model);
    boolean more =
        !after.drift().equals(before.drift())
            && before.drift().isPresent()
            && read(before, after) >= PART;
    return new Look(before, after, more);
  }

  /// How many snapshots were read, at least.
  private static long read(PredictorRow before, PredictorRow after) {
    long was = before.drift().map(drift -> drift.features().seen()).orElse(0L);
    return after.drift().map(drift -> drift.features().seen()).orElse(0L) - was;
  }

  private PredictorRow drifting(
      TenantTransaction transaction, PredictorRow row, Manifest serving, Instant now) {
    var watched = row.drift().filter(drift -> drift.version() == serving.version());
    if (watched.isEmpty()) {
      return row.watching(begun(transaction, serving));
    }
    if (watched.get().told()) {
      return row;
    }
    var next = read(transaction, watched.get(), serving.predictor());
    var watching = row.watching(Optional.of(next));
    return next.alarmed() ? watching.drifted(now) : watching;
  }

  /// Empty where nothing that it learned from is left to compare with.
  private Optional<Drift> begun(TenantTransaction transaction, Manifest serving) {
    var predictor = serving.predictor();
    var labels =
        examples.labelled(transaction, predictor, TrainPredictors.MOST_LABELS).stream()
            .filter(one -> !one.at().isAfter(serving.heldOut().to()))
            .toList();
    var learned = snapshots(labels, serving, true);
    if (learned.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Drift(
            serving.version(),
            FeatureDrift.of(predictor, learned, snapshots(labels, serving, false)),
            CalibrationDrift.START,
            examples.latest(transaction, predictor).orElseGet(() -> new UUID(0, 0)),
            serving.knownUntil(),
            new UUID(-1, -1),
            false));
  }

  /// A drift took every threshold away; what was certified since is of what is usual since, and is
  /// watched beside that.
  private PredictorRow watchedAnew(
      TenantTransaction transaction, PredictorRow row, Manifest serving) {
    boolean unwatched = row.drift().filter(Drift::told).isPresent();
    return unwatched && !row.thresholds().limits().isEmpty()
        ? row.watching(begunAnew(transaction, row, serving))
        : row;
  }

  /// The bins are fixed from the older half of what was proposed since the drift, and the newer
  /// half is the reference: what the model learned from is no longer what is usual. Of what was
  /// stated, only what becomes known from now on counts; what is known was the sample.
  private Optional<Drift> begunAnew(
      TenantTransaction transaction, PredictorRow row, Manifest serving) {
    var predictor = serving.predictor();
    var last = examples.latest(transaction, predictor).orElseGet(() -> new UUID(0, 0));
    var since = row.thresholds().since().orElse(Instant.EPOCH);
    var usual = examples.latestSince(transaction, predictor, since, MOST_USUAL);
    var known = examples.latestKnown(transaction, predictor);
    int half = (usual.size() + 1) / 2;
    return usual.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Drift(
                serving.version(),
                FeatureDrift.of(
                    predictor, usual.subList(0, half), usual.subList(half, usual.size())),
                CalibrationDrift.START,
                last,
                known.known(),
                known.id(),
                false));
  }

  private static List<Snapshot> snapshots(
      List<Labelled> labels, Manifest serving, boolean training) {
    return labels.stream()
        .filter(one -> !one.at().isAfter(serving.training().to()) == training)
        .map(Labelled::snapshot)
        .toList();
  }

  private Drift read(TenantTransaction transaction, Drift drift, Predictor predictor) {
    var features = drift.features();
    var last = drift.seen();
    for (var seen : examples.seen(transaction, predictor, last, PART)) {
      features = features.with(seen.snapshot());
      last = seen.proposalId();
    }
    var calibration = drift.calibration();
    var position = new Position(drift.known(), drift.knownId());
    for (var answered :
        examples.answered(transaction, predictor, drift.version(), position, PART)) {
      calibration = calibration.with(answered.stated().probability(), answered.stated().happened());
      position = answered.known();
    }
    return new Drift(
        drift.version(), features, calibration, last, position.known(), position.id(), false);
  }

  /// Thresholds belong to outcomes, and to a model that tells cases apart.
  private PredictorRow certified(
      TenantTransaction transaction, PredictorRow row, Manifest serving, Instant now) {
    if (serving.predictor() != Predictor.OUTCOME || !serving.skill()) {
      return row;
    }
    var version = serving.version();
    var thresholds = row.thresholds();
    if (thresholds.doubtful()) {
      thresholds = Thresholds.beginning(version, Optional.of(now));
    } else if (thresholds.version() != version) {
      thresholds = thresholds.serving(version);
    }
    var candidates = serving.quantiles().stream().map(likelihood -> 1 - likelihood).toList();
    var since = thresholds.since().orElse(Instant.EPOCH);
    double budget = settings.setting(transaction).conditionalHarm();
    for (var type : examples.sampledTypes(transaction, version)) {
      Thresholds before;
      do {
        before = thresholds;
        var sample = examples.sample(transaction, type, version, since, thresholds.next(type));
        thresholds = thresholds.looking(type, candidates, sample, budget);
      } while (!thresholds.equals(before));
    }
    return row.certified(thresholds);
  }

  private PredictorRow compared(TenantTransaction transaction, PredictorRow row, Model champion) {
    var running = row.comparison();
    if (running.isEmpty()) {
      return row;
    }
    var comparison = running.get();
    var predictor = row.predictor();
    if (!(models.open(transaction, predictor, comparison.challenger())
        instanceof Opened.Ready(var challenger))) {
      return row.comparing(Optional.empty());
    }
    for (var label : examples.after(transaction, predictor, comparison.read(), PART)) {
      comparison = counted(comparison, champion, challenger, label);
      if (comparison.won()) {
        return row.serving(comparison.challenger(), Optional.empty());
      }
    }
    return row.comparing(Optional.of(comparison));
  }

  private static Comparison counted(
      Comparison comparison, Model champion, Model challenger, Labelled label) {
    var position = new Position(label.known(), label.id());
    var stated = champion.predict(label.snapshot()).probability();
    var other = challenger.predict(label.snapshot()).probability();
    return stated.isPresent() && other.isPresent()
        ? comparison.with(position, stated.get(), other.get(), label.label())
        : comparison;
  }
}
