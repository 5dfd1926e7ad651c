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
import dev.countersign.trust.predict.Learner;
import dev.countersign.trust.predict.Manifest;
import dev.countersign.trust.predict.ModelFile;
import dev.countersign.trust.predict.Retraining;
import dev.countersign.trust.predict.Training;
import dev.countersign.trust.predict.Training.Trained;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.store.ExampleStore;
import dev.countersign.trust.store.ModelStore;
import dev.countersign.trust.store.PredictorRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Trains a tenant's models when they are due, in the background: never on a request's path.
///
/// What is read is read in one transaction, learned outside of any, and written in another one,
/// which does nothing if the predictor was changed in between: of two nodes that train the same,
/// one is right. Killed in between nothing is lost, because the next look finds the same labels.
///
/// Safe for use by many threads.
public final class TrainPredictors {
  /// The latest labels that are learned from: more teach little and are a day old anyway.
  static final int MOST_LABELS = 20_000;

  /// Nine of ten labels in twenty are known by then, and no case waits longer than a month to
  /// count.
  private static final double KNOWN_BY_THEN = 0.95;

  private static final Duration LONGEST_MATURITY = Duration.ofDays(31);

  /// A comparison that has seen so many labels without an end makes room for the newest version.
  private static final long LONGEST_COMPARISON = 500;

  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final Models models;
  private final Clock clock;
  private final ModelStore registry = new ModelStore();
  private final ExampleStore examples = new ExampleStore();

  public TrainPredictors(
      TenantTransactions transactions, Ledger ledger, Models models, Clock clock) {
    this.transactions = transactions;
    this.ledger = ledger;
    this.models = models;
    this.clock = clock;
  }

  /// What is to be done and what it is done with.
  private record Work(
      PredictorRow row, Retraining.Reason reason, List<Labelled> labels, int version) {}

  /// Trains the predictor if it is due; does nothing otherwise, nor where nothing can learn.
  ///
  /// @return why it was trained
  public Optional<Retraining.Reason> train(TenantId tenant, Predictor predictor, String traceId) {
    if (!(models.loaded() instanceof Xgboost.Loaded.Ready(var learner))) {
      return Optional.empty();
    }
    var now = clock.instant();
    var due = transactions.run(tenant, Rules.READ, transaction -> due(transaction, predictor, now));
    due.ifPresent(work -> finish(tenant, work, learn(learner, work, now), now, traceId));
    return due.map(Work::reason);
  }

  private Optional<Work> due(TenantTransaction transaction, Predictor predictor, Instant now) {
    var row = registry.predictor(transaction, predictor);
    long fresh = examples.newer(transaction, predictor, row.last().knownUntil(), MOST_LABELS);
    if (fresh == 0) {
      return Optional.empty();
    }
    long labels = examples.rate(transaction, predictor, MOST_LABELS).of();
    return Retraining.due(row.last().since(fresh, labels), now)
        .map(reason ->
            new Work(
                row,
                reason,
                examples.labelled(transaction, predictor, MOST_LABELS),
                1 + latest(transaction, predictor)));
  }

  private int latest(TenantTransaction transaction, Predictor predictor) {
    return registry.versions(transaction, predictor, 1).stream()
        .findFirst()
        .map(model -> model.version())
        .orElse(0);
  }

  private static Trained learn(Learner learner, Work work, Instant now) {
    // Times of a demonstration may lie ahead of the clock; what is known is known.
    var asOf = latest(work.labels()).filter(now::isBefore).orElse(now);
    return new Training(learner, work.row().predictor(), maturity(work.labels()))
        .train(work.labels(), asOf, work.version());
  }

  private static Optional<Instant> latest(List<Labelled> labels) {
    return labels.stream().map(Labelled::known).max(Comparator.naturalOrder());
  }

  /// How long a label usually takes at most, as far as the known ones say.
  static Duration maturity(List<Labelled> labels) {
    var delays =
        labels.stream().map(one -> Duration.between(one.at(), one.known())).sorted().toList();
    if (delays.isEmpty()) {
      return Duration.ZERO;
    }
    var usual = delays.get((int) (delays.size() * KNOWN_BY_THEN));
    return usual.compareTo(LONGEST_MATURITY) < 0 ? usual : LONGEST_MATURITY;
  }

  private void finish(TenantId tenant, Work work, Trained trained, Instant now, String traceId) {
    switch (trained) {
      case Trained.ColdStart(var base) ->
          // Nobody's answer changes but by its base rate, so there is no entry.
          transactions.run(
              tenant,
              Rules.APPLY,
              transaction -> {
                if (unchanged(transaction, work, now)) {
                  registry.write(
                      transaction,
                      work.row().counting(base).trained(now, latest(work.labels())),
                      now);
                }
                return base;
              });
      case Trained.Fitted(var file, var manifest) -> {
        var _ =
            ledger.transact(
                Call.system(tenant, "predictors", traceId),
                new Attempt("model.trained", "model", name(manifest)),
                Rules.CHANGE,
                transaction -> fitted(transaction, work, file, manifest, now));
      }
    }
  }

  private boolean unchanged(TenantTransaction transaction, Work work, Instant now) {
    var locked = registry.lock(transaction, work.row().predictor(), now);
    // What is watched meanwhile goes on beside; a training or another champion does not.
    return locked.last().at().equals(work.row().last().at())
        && locked.champion().equals(work.row().champion())
        && latest(transaction, locked.predictor()) == work.version() - 1;
  }

  private JsonObject fitted(
      LedgerTransaction transaction, Work work, ModelFile file, Manifest manifest, Instant now) {
    var tenant = transaction.tenant();
    var predictor = work.row().predictor();
    if (!unchanged(tenant, work, now)) {
      return JsonObject.EMPTY;
    }
    registry.add(tenant, predictor, manifest.version(), file, work.reason().word(), now);
    var row =
        registry
            .lock(tenant, predictor, now)
            .counting(manifest.base())
            .trained(now, latest(work.labels()));
    boolean serves = row.champion().isEmpty();
    if (serves) {
      tenant.raise(Generation.Counter.TRUST);
      row = row.serving(manifest.version(), Optional.empty());
    } else if (row.comparison().filter(TrainPredictors::goesOn).isEmpty()) {
      row = row.comparing(comparison(tenant, row, manifest));
    }
    registry.write(tenant, row, now);
    transaction.record(
        "model.trained",
        "model",
        name(manifest),
        transaction.newId(),
        Json.object()
            .put("predictor", predictor.word())
            .put("version", manifest.version())
            .put("digest", file.digest().hex())
            .put("reason", work.reason().word())
            .put("skill", manifest.skill())
            .put("labels", manifest.base().of())
            .put("serves", serves)
            .build());
    return JsonObject.EMPTY;
  }

  private static boolean goesOn(Comparison comparison) {
    return comparison.labels() < LONGEST_COMPARISON;
  }

  /// Against the champion; none if its registered file is not what it was.
  private Optional<Comparison> comparison(
      TenantTransaction transaction, PredictorRow row, Manifest challenger) {
    return row.champion()
        .flatMap(champion -> models.manifest(transaction, row.predictor(), champion))
        .map(champion -> Comparison.of(champion, challenger));
  }

  static String name(Manifest manifest) {
    return manifest.predictor().word() + "@" + manifest.version();
  }
}
