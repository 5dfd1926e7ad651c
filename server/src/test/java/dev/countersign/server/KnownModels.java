package dev.countersign.server;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.Stage;
import dev.countersign.trust.predict.Labelled;
import dev.countersign.trust.predict.Training;
import dev.countersign.trust.predict.Training.Trained;
import dev.countersign.trust.predict.features.DecisionFeatures;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.store.Example;
import dev.countersign.trust.store.ExampleStore;
import dev.countersign.trust.store.ModelStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/// Models and labels that a tenant has without having worked for them.
final class KnownModels {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final int CASES = 200;

  private KnownModels() {}

  /// Two trained versions, of which the first serves.
  static void register(TenantTransactions transactions, TenantId tenant) {
    if (!(Xgboost.load() instanceof Xgboost.Loaded.Ready(var learner))) {
      throw new AssertionError("nothing can be learned on this machine");
    }
    var training = new Training(learner, Predictor.DECISION, Duration.ZERO);
    var store = new ModelStore();
    var now = BEGIN.plus(Duration.ofDays(30));
    transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          for (int version = 1; version <= 2; version++) {
            var trained = (Trained.Fitted) training.train(cases(version), now, version);
            store.add(transaction, Predictor.DECISION, version, trained.file(), "new_labels", now);
          }
          var row = store.lock(transaction, Predictor.DECISION, now);
          store.write(transaction, row.serving(1, Optional.empty()), now);
          return row;
        });
  }

  /// Enough labels for a model of decisions.
  static void label(TenantTransactions transactions, TenantId tenant) {
    var store = new ExampleStore();
    transactions.run(
        tenant,
        Rules.APPLY,
        transaction -> {
          for (var one : cases(3)) {
            var example =
                new Example(
                    one.id(),
                    "pay",
                    one.snapshot(),
                    JsonObject.EMPTY,
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    one.at());
            store.add(transaction, List.of(example));
            store.label(transaction, one.id(), Predictor.DECISION, one.label(), one.known());
          }
          return tenant;
        });
  }

  /// Lets a training be due.
  static void demand(TenantTransactions transactions, TenantId tenant) {
    transactions.run(
        tenant,
        Rules.APPLY,
        transaction -> {
          new ModelStore().demand(transaction, Predictor.DECISION, "test", BEGIN);
          return tenant;
        });
  }

  private static List<Labelled> cases(long seed) {
    var random = new SplittableRandom(seed);
    var cases = new ArrayList<Labelled>();
    for (int i = 0; i < CASES; i++) {
      double confidence = random.nextDouble();
      var at = BEGIN.plus(Duration.ofHours(i));
      var snapshot =
          new DecisionFeatures(
                  "intake",
                  "pay",
                  Optional.of(confidence),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Stage.OBSERVE,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  0,
                  i % 24,
                  0,
                  new TreeMap<>())
              .snapshot();
      var id = new UUID(random.nextLong(), random.nextLong());
      cases.add(new Labelled(id, snapshot, at, at.plusSeconds(60), confidence > 0.3));
    }
    return cases;
  }
}
