package dev.countersign.workflow.usecase;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.Stage;
import dev.countersign.trust.predict.features.DecisionFeatures;
import dev.countersign.trust.predict.features.OutcomeFeatures;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.threshold.Sampled;
import dev.countersign.trust.store.ExampleStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/// Proposals of before, one every ten minutes, as if the room had kept them, with what came of
/// them.
///
/// Whoever claims a confidence of 0.6 and more is approved and succeeds; of the others four in ten.
final class PastProposals {
  static final double SURE = 0.6;
  private static final Duration APART = Duration.ofMinutes(10);

  private final World world;
  private final ExampleStore store = new ExampleStore();
  private final SplittableRandom random = new SplittableRandom(7);
  private Instant at;
  private double leastConfidence = 0.5;

  PastProposals(World world, Instant begin) {
    this.world = world;
    this.at = begin;
  }

  /// Keeps `n` of them, whose labels are known after five minutes.
  PastProposals known(int n) {
    return known(world.tenant, n, true, false);
  }

  /// The same without anything to learn from.
  PastProposals withoutSignal(int n) {
    return known(world.tenant, n, false, false);
  }

  /// The same, drawn by chance for people to look at.
  PastProposals sampled(int n) {
    return known(world.tenant, n, true, true);
  }

  PastProposals known(TenantId tenant, int n, boolean signal, boolean sampled) {
    world.transactions.run(
        tenant,
        Rules.APPLY,
        transaction -> {
          for (int i = 0; i < n; i++) {
            double confidence = random.nextDouble(leastConfidence, 1);
            var id = world.ids.next();
            world.clock.advance(Duration.ofMillis(2));
            world.predictors.keep(
                transaction,
                id,
                "advance",
                world.predictors.expect(
                    transaction, decision(confidence), outcome(confidence, at), at),
                sampled,
                at);
            boolean good = random.nextDouble() < (signal ? rate(confidence) : 0.7);
            var known = at.plus(Duration.ofMinutes(5));
            store.label(transaction, id, Predictor.DECISION, good, known);
            store.label(transaction, id, Predictor.OUTCOME, good, known);
            at = at.plus(APART);
          }
          return n;
        });
    return this;
  }

  private static double rate(double confidence) {
    return confidence >= SURE ? 1 : 0.4;
  }

  /// What follows happens from now on.
  PastProposals fromNow() {
    at = world.clock.instant();
    return this;
  }

  /// What follows is claimed with more confidence: other cases than those of before.
  PastProposals surer() {
    leastConfidence = 0.75;
    return this;
  }

  Instant end() {
    return at;
  }

  static Snapshot decision(double confidence) {
    return new DecisionFeatures(
            "intake",
            "advance",
            Optional.of(confidence),
            Optional.of(0.95),
            Optional.empty(),
            Optional.empty(),
            Stage.OBSERVE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            8,
            0,
            new TreeMap<>())
        .snapshot();
  }

  static Snapshot outcome(double confidence, Instant at) {
    return new OutcomeFeatures(
            "intake",
            "advance",
            "intake",
            "review",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            0,
            "open",
            Optional.of(confidence),
            Optional.of(0.95),
            (int) (at.getEpochSecond() / 3600 % 24),
            1,
            0,
            new TreeMap<>())
        .snapshot();
  }

  /// What is kept of a proposal for a predictor.
  ExampleStore.Kept kept(UUID proposal, Predictor predictor) {
    return world.transactions.run(
        world.tenant,
        Rules.READ,
        transaction -> store.kept(transaction, proposal, predictor).orElseThrow());
  }

  /// The random sample that a version answered.
  List<Sampled> sample(int version, int most) {
    return world.transactions.run(
        world.tenant,
        Rules.READ,
        transaction -> store.sample(transaction, "advance", version, Instant.EPOCH, most));
  }

  /// The labels of a predictor that are known.
  List<Boolean> labels(Predictor predictor) {
    return world.transactions.run(
        world.tenant,
        Rules.READ,
        transaction ->
            store.labelled(transaction, predictor, 1_000).stream()
                .map(one -> one.label())
                .toList());
  }
}
