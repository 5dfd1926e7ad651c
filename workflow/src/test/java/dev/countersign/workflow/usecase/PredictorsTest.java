package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.predict.Retraining.Reason;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.store.ActiveTenants;
import dev.countersign.trust.usecase.Anomalies;
import dev.countersign.trust.usecase.ChooseModel;
import dev.countersign.trust.usecase.MaintainPredictors;
import dev.countersign.trust.usecase.Models;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.trust.usecase.SetTrust;
import dev.countersign.trust.usecase.ShowModels;
import dev.countersign.trust.usecase.TrainPredictors;
import dev.countersign.trust.usecase.WatchPredictors;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What our own models state of proposals, how they come to serve, and what follows from it.
class PredictorsTest {
  private final World world = World.ready();
  private final TrainPredictors train = trainer();
  private final WatchPredictors watch =
      new WatchPredictors(
          world.transactions,
          world.ledger,
          world.models,
          new Anomalies(world.transactions, world.ledger, world.clock),
          world.clock);
  private final ShowModels show = new ShowModels(world.transactions, world.models);
  private final ChooseModel choose = new ChooseModel(world.ledger, world.models);
  private final PastProposals past =
      new PastProposals(world, world.clock.instant().minus(Duration.ofDays(60)));

  @AfterEach
  void close() {
    world.close();
  }

  private TrainPredictors trainer() {
    return new TrainPredictors(world.transactions, world.ledger, world.models, world.clock);
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  private JsonObject propose(double confidence) {
    var caseId = open();
    world.chance(caseId, "advance", false);
    var claimed = Json.object().put("confidence", confidence).put("safety", 0.95).build();
    return world.propose(
        world.agent, World.proposal(caseId, 1, "advance").with("prediction", claimed));
  }

  private JsonObject model(Predictor predictor) {
    return show.all(world.admin).items("predictors").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.text("predictor").orElseThrow().equals(predictor.word()))
        .findFirst()
        .orElseThrow();
  }

  private void trained(Predictor predictor) {
    assertThat(train.train(world.tenant, predictor, World.TRACE)).contains(Reason.NEW_LABELS);
    look(predictor);
  }

  private void look(Predictor predictor) {
    while (watch.look(world.tenant, predictor, World.TRACE)) {
      // Until nothing is new.
    }
  }

  private static JsonObject predictions(JsonObject shown) {
    return shown.object("predictions").orElseThrow();
  }

  private static String kind(JsonObject predictions, String predictor) {
    return predictions.object(predictor).orElseThrow().text("kind").orElseThrow();
  }

  private List<String> entries(String action) {
    return world.actions().stream().filter(action::equals).toList();
  }

  @Test
  void withoutLabelsItIsAColdStartAndNoNumberIsInvented() {
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.stage("advance", "propose");
    var proposed = world.propose(open(), "advance");
    var card = world.showApprovals.one(world.reviewer, World.approval(proposed));
    assertThat(kind(predictions(card), "decision")).isEqualTo("cold_start");
    assertThat(kind(predictions(card), "outcome")).isEqualTo("cold_start");
    assertThat(past.kept(World.id(proposed, "proposal_id"), Predictor.OUTCOME).stated()).isEmpty();
  }

  /// So that what people decide is evidence about it.
  @Test
  void inObserveItIsKeptAndHiddenUntilSomebodyDecided() {
    var proposed = world.propose(open(), "advance");
    var card = world.showApprovals.one(world.reviewer, World.approval(proposed));
    assertThat(card.member("predictions")).contains(Json.NULL);
    var story = world.showProposal.one(world.reviewer, World.id(proposed, "proposal_id"));
    assertThat(story.object("predictions")).isEmpty();
    world.decide(world.reviewer, proposed, "approve");
    assertThat(kind(predictions(world.story(proposed)), "outcome")).isEqualTo("cold_start");
  }

  @Test
  void theAnswerToAProposalHasThemFromProposeOn() {
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.stage("advance", "propose");
    var proposed = world.propose(open(), "advance");
    assertThat(kind(predictions(proposed), "outcome")).isEqualTo("cold_start");
    assertThat(predictions(proposed)).isEqualTo(predictions(world.story(proposed)));
  }

  /// Who proposed could tell those who decide, so he does not hear of them either.
  @Test
  void inObserveNeitherTheAnswerNorADryRunHasThem() {
    var caseId = open();
    var request = ProposalRequest.parse(World.proposal(caseId, 1, "advance"), TenantProfile.DEMO);
    var tried = world.dryRun.tryOut(world.call(world.agent), request);
    assertThat(tried.member("predictions")).contains(Json.NULL);
    world.revoke("advance");
    var blocked = world.dryRun.tryOut(world.call(world.agent), request);
    assertThat(blocked.text("mode")).contains("blocked");
    assertThat(blocked.member("predictions")).contains(Json.NULL);
    world.authorize("advance");
    var proposed = world.propose(caseId, "advance");
    assertThat(proposed.member("predictions")).contains(Json.NULL);
    assertThat(world.story(proposed).object("predictions")).isEmpty();
    assertThat(world.story(proposed).object("prediction")).as("his own").isPresent();
  }

  @Test
  void whatPeopleDecideAndWhatComesOfItBecomesLabels() {
    var good = world.propose(open(), "advance");
    var execution =
        World.id(
            world.decide(world.reviewer, good, "approve").object("execution").orElseThrow(), "id");
    world.decide(world.reviewer, world.propose(open(), "advance"), "reject");
    assertThat(past.labels(Predictor.DECISION)).containsExactlyInAnyOrder(true, false);
    assertThat(past.labels(Predictor.OUTCOME)).isEmpty();
    world.report(world.observer, execution, true, "none");
    assertThat(past.labels(Predictor.OUTCOME)).containsExactly(true);
    world.rollBack(world.reviewer, execution);
    assertThat(past.labels(Predictor.OUTCOME)).as("corrected").containsExactly(false);
  }

  @Test
  void aSuccessThatDidHarmIsNoGoodLabel() {
    var proposed = world.propose(open(), "advance");
    var execution =
        World.id(
            world.decide(world.reviewer, proposed, "approve").object("execution").orElseThrow(),
            "id");
    world.report(world.observer, execution, true, "minor");
    assertThat(past.labels(Predictor.OUTCOME)).containsExactly(false);
  }

  @Test
  void aModelServesFromTheNextRequestOnAndSBecomesKnown() {
    past.known(400);
    trained(Predictor.OUTCOME);
    assertThat(entries("model.trained")).hasSize(1);
    assertThat(model(Predictor.OUTCOME).text("state")).contains("calibrated");
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.stage("advance", "propose");
    var sure = propose(0.95);
    var unsure = propose(0.55);
    var expected =
        predictions(world.showApprovals.one(world.reviewer, World.approval(sure)))
            .object("outcome")
            .orElseThrow();
    assertThat(expected.text("kind")).contains("calibrated");
    assertThat(expected.text("band")).contains("high");
    assertThat(expected.items("contributions")).isNotEmpty();
    var alike = expected.object("alike").flatMap(group -> group.object("rate")).orElseThrow();
    assertThat(alike.object("rate").orElseThrow().members()).containsKeys("value", "low", "high");
    double likely =
        past.kept(World.id(sure, "proposal_id"), Predictor.OUTCOME).stated().orElseThrow();
    double less =
        past.kept(World.id(unsure, "proposal_id"), Predictor.OUTCOME).stated().orElseThrow();
    assertThat(likely).isGreaterThan(less + 0.2);
    var execution =
        World.id(
            world.decide(world.reviewer, sure, "approve").object("execution").orElseThrow(), "id");
    world.report(world.observer, execution, true, "none");
    var safety = parts().number("safety").orElseThrow();
    assertThat(safety).isEqualTo(1 - (1 - likely) * (1 - likely));
  }

  private JsonObject parts() {
    return world
        .transactions
        .run(
            world.tenant,
            Rules.READ,
            transaction -> world.scopes.list(transaction, 10, Optional.empty()))
        .items()
        .getFirst()
        .object("score")
        .orElseThrow()
        .object("parts")
        .orElseThrow();
  }

  @Test
  void labelsWithoutSignalMakeAModelThatSaysSo() {
    past.withoutSignal(400);
    trained(Predictor.OUTCOME);
    assertThat(model(Predictor.OUTCOME).text("state")).contains("no_skill");
    var kept = past.kept(World.id(propose(0.9), "proposal_id"), Predictor.OUTCOME);
    assertThat(kept.json().text("kind")).contains("no_skill");
    assertThat(kept.modelVersion()).contains(1);
  }

  @Test
  void nothingIsTrainedTwiceOnTheSame() {
    past.known(200);
    trained(Predictor.OUTCOME);
    assertThat(train.train(world.tenant, Predictor.OUTCOME, World.TRACE)).isEmpty();
    assertThatThrownBy(() -> choose.demand(world.call(world.admin), List.of(Predictor.OUTCOME)))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContaining("no label became known");
    past.known(10);
    assertThat(train.train(world.tenant, Predictor.OUTCOME, World.TRACE)).as("too few").isEmpty();
    choose.demand(world.call(world.admin), List.of(Predictor.OUTCOME));
    assertThat(train.train(world.tenant, Predictor.OUTCOME, World.TRACE)).contains(Reason.DEMAND);
    assertThat(train.train(world.tenant, Predictor.OUTCOME, World.TRACE)).isEmpty();
    assertThat(model(Predictor.OUTCOME).number("champion")).contains(1.0);
    assertThat(model(Predictor.OUTCOME).object("comparison")).isPresent();
  }

  @Test
  void aStageThatMovesAsksForATraining() {
    past.known(200);
    trained(Predictor.OUTCOME);
    past.known(10);
    for (int i = 0; i < 6; i++) {
      world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    }
    assertThat(entries("stage.promoted")).isNotEmpty();
    assertThat(train.train(world.tenant, Predictor.OUTCOME, World.TRACE))
        .contains(Reason.STAGE_CHANGE);
  }

  @Test
  void ofTwoNodesThatTrainTheSameOneIsRight() throws Exception {
    past.known(300);
    var other = trainer();
    var start = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> trainedOn(train, start));
      var second = threads.submit(() -> trainedOn(other, start));
      start.countDown();
      first.get();
      second.get();
    }
    assertThat(entries("model.trained")).hasSize(1);
    assertThat(model(Predictor.OUTCOME).items("versions")).hasSize(1);
  }

  private boolean trainedOn(TrainPredictors node, CountDownLatch start)
      throws InterruptedException {
    start.await();
    return node.train(world.tenant, Predictor.OUTCOME, World.TRACE).isPresent();
  }

  @Test
  void aBetterChallengerTakesOverAndCanBeTakenBack() {
    past.withoutSignal(200);
    trained(Predictor.OUTCOME);
    past.known(400);
    trained(Predictor.OUTCOME);
    assertThat(model(Predictor.OUTCOME).number("champion")).contains(1.0);
    past.known(300);
    look(Predictor.OUTCOME);
    assertThat(entries("model.promoted")).hasSize(1);
    assertThat(model(Predictor.OUTCOME).number("champion")).contains(2.0);
    choose.serve(
        world.call(world.admin), Predictor.OUTCOME, new ChooseModel.Choice(1, "it was steadier"));
    assertThat(model(Predictor.OUTCOME).number("champion")).contains(1.0);
    assertThat(past.kept(World.id(propose(0.9), "proposal_id"), Predictor.OUTCOME).modelVersion())
        .contains(1);
    look(Predictor.OUTCOME);
    assertThat(model(Predictor.OUTCOME).number("champion"))
        .as("what a person chose stays")
        .contains(1.0);
    assertThatThrownBy(() ->
            choose.serve(
                world.call(world.admin), Predictor.OUTCOME, new ChooseModel.Choice(9, "none")))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void aFileThatIsNotTheRegisteredOneIsNotAsked() {
    past.known(300);
    trained(Predictor.OUTCOME);
    world.tamper("update trust.model set trees = trees || '\\x00'::bytea");
    var restarted = new Models(Xgboost.load());
    var predictors = new Predictors(restarted);
    var said =
        world.transactions.run(
            world.tenant,
            Rules.READ,
            transaction ->
                predictors.expect(
                    transaction,
                    PastProposals.decision(0.9),
                    PastProposals.outcome(0.9, world.clock.instant()),
                    world.clock.instant()));
    assertThat(said.outcome().toJson().text("kind")).contains("unavailable");
    assertThat(said.outcome().toJson().text("why").orElseThrow()).contains("trees");
    assertThat(said.success()).isEmpty();
  }

  @Test
  void conditionalAutomationRunsWhatCarriesLittleRiskAndNothingElse() {
    past.known(600);
    trained(Predictor.OUTCOME);
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
    world.stage("advance", "conditional_auto");
    assertThat(propose(0.95).text("mode")).as("nothing is certified yet").contains("propose");
    past.sampled(1_000);
    look(Predictor.OUTCOME);
    assertThat(entries("threshold.set")).hasSize(1);
    var sure = propose(0.95);
    assertThat(sure.text("mode")).contains("conditional_auto");
    assertThat(sure.text("state")).contains("executed");
    assertThat(sure.items("mode_reasons").toString()).contains("is within the threshold");
    var unsure = propose(0.55);
    assertThat(unsure.text("mode")).contains("propose");
    assertThat(unsure.items("mode_reasons").toString()).contains("is over the threshold");
    assertThat(threshold().object("live_coverage").orElseThrow().number("of").orElseThrow())
        .isPositive();
  }

  /// By hand: of 50 each, stated at 0.9, 0.6 and 0.2, there happened 40, 40 and 5, which is off by
  /// 0.1, 0.2 and 0.1. What nobody knows the end of counts for nothing.
  @Test
  void theLiveCalibrationErrorIsThatOfTheStoredAnswersAndWhatCameOfThem() {
    past.known(300);
    trained(Predictor.OUTCOME);
    assertThat(model(Predictor.OUTCOME).object("live")).as("nothing was answered yet").isEmpty();
    past.known(151);
    world.tamper(
        """
        update trust.example one set
          stated = case when n <= 50 then 0.9 when n <= 100 then 0.6 when n <= 150 then 0.2 else 0.01 end,
          label = case when n <= 50 then n <= 40 when n <= 100 then n <= 90 when n <= 150 then n <= 105 end,
          known_at = case when n <= 150 then known_at end
        from (
          select proposal_id, row_number() over (order by proposal_id) as n from trust.example
          where predictor = 'outcome' and model_version = 1
        ) answer
        where one.proposal_id = answer.proposal_id and one.predictor = 'outcome'\
        """);
    var live = model(Predictor.OUTCOME).object("live").orElseThrow();
    assertThat(live.number("cases")).contains(150.0);
    assertThat(live.object("calibration_error").orElseThrow().number("value").orElseThrow())
        .isCloseTo((0.1 + 0.2 + 0.1) / 3, within(1e-12));
    assertThat(live.object("brier").orElseThrow().number("value").orElseThrow())
        .isCloseTo((0.17 + 0.20 + 0.10) / 3, within(1e-12));
  }

  /// In force from the next commit on, before anything is certified anew.
  @Test
  void loweredBudgetEndsWhatWasCertifiedForMoreHarm() {
    certifiedAt(1_700);
    budgets(0.015, "minor");
    var waits = propose(0.95);
    assertThat(waits.text("mode")).contains("propose");
    assertThat(waits.items("mode_reasons").toString())
        .contains("was certified for a harm budget of 0.0200, and it is 0.0150 now");
    assertThat(threshold().truth("in_force")).contains(false);
    look(Predictor.OUTCOME);
    assertThat(propose(0.95).text("mode")).as("certified anew").contains("conditional_auto");
    assertThat(threshold().object("threshold").orElseThrow().number("budget")).contains(0.015);
    assertThat(threshold().number("looks")).contains(4.0);
    assertThat(threshold().number("tests")).contains(5.0);
    assertThat(entries("threshold.set")).hasSize(2);
    budgets(0.02, "minor");
    assertThat(propose(0.95).text("mode"))
        .as("raised: the stricter one holds")
        .contains("conditional_auto");
    budgets(0.005, "minor");
    look(Predictor.OUTCOME);
    assertThat(propose(0.95).text("mode")).as("too few outcomes").contains("propose");
    assertThat(entries("threshold.set")).hasSize(3);
  }

  /// So what is certified holds for every severity from which a tenant counts.
  @Test
  void labelsCountAnyHarmWhateverTheTenantCounts() {
    budgets(0.02, "severe");
    var proposed = world.propose(open(), "advance");
    var execution =
        World.id(
            world.decide(world.reviewer, proposed, "approve").object("execution").orElseThrow(),
            "id");
    world.report(world.observer, execution, true, "minor");
    assertThat(past.labels(Predictor.OUTCOME)).containsExactly(false);
  }

  /// Nobody noted then from which severity on labels counted.
  @Test
  void whatWasCertifiedOnLabelsOfBeforeIsCertifiedOnNewOnes() {
    certifiedAt(1_000);
    world.tamper(
        "update trust.predictor set thresholds = replace(thresholds, '\"harm_from\":\"minor\",', '')");
    world.clock.advance(Duration.ofSeconds(10));
    assertThat(propose(0.95).text("mode")).contains("propose");
    look(Predictor.OUTCOME);
    assertThat(model(Predictor.OUTCOME).items("thresholds")).isEmpty();
    past.sampled(1_000);
    look(Predictor.OUTCOME);
    assertThat(propose(0.95).text("mode")).contains("conditional_auto");
  }

  /// A scope at conditional_auto with a model, and a threshold after so many sampled outcomes.
  private void certifiedAt(int outcomes) {
    past.known(600);
    trained(Predictor.OUTCOME);
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
    world.stage("advance", "conditional_auto");
    past.sampled(outcomes);
    look(Predictor.OUTCOME);
    assertThat(propose(0.95).text("mode")).contains("conditional_auto");
    assertThat(threshold().truth("in_force")).contains(true);
  }

  /// Sets the budget of the step to conditional automation.
  private void budgets(double budget, String harmFrom) {
    var steps =
        List.of(0.1, 0.05, budget, 0.005).stream()
            .map(rate -> Json.object().put("budget", rate).put("harm_from", harmFrom).build())
            .toList();
    var body =
        Json.object()
            .put("steps", Json.array(steps))
            .put("risk", 0.01)
            .put("promotion", "signed")
            .put("reason", "tried");
    world.setTrust.set(world.call(world.admin), SetTrust.parse(body.build()));
  }

  private JsonObject threshold() {
    return (JsonObject) model(Predictor.OUTCOME).items("thresholds").getFirst();
  }

  /// Good news comes earlier than bad.
  @Test
  void nothingOfTheSampleOvertakesWhatIsNotKnownYet() {
    past.sampled(20);
    world.tamper("update trust.example set model_version = 1, stated = 0.9");
    assertThat(past.sample(1, 20)).hasSize(20);
    world.tamper(
        """
        update trust.example set label = null, known_at = null
        where proposal_id = (select distinct proposal_id from trust.example order by proposal_id offset 5 limit 1)\
        """);
    assertThat(past.sample(1, 20)).hasSize(5);
  }

  @Test
  void anotherVersionTakesTheThresholdAway() {
    past.known(600);
    trained(Predictor.OUTCOME);
    past.known(200);
    trained(Predictor.OUTCOME);
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
    world.stage("advance", "conditional_auto");
    past.sampled(1_000);
    look(Predictor.OUTCOME);
    assertThat(propose(0.95).text("mode")).contains("conditional_auto");
    choose.serve(world.call(world.admin), Predictor.OUTCOME, new ChooseModel.Choice(2, "newer"));
    assertThat(propose(0.95).text("mode")).contains("propose");
  }

  @Test
  void whoChoosesBackAndForthTestsNoSampleTwice() {
    past.known(600);
    trained(Predictor.OUTCOME);
    past.known(200);
    trained(Predictor.OUTCOME);
    past.sampled(1_000);
    look(Predictor.OUTCOME);
    assertThat(inForce()).isTrue();
    for (int version : List.of(2, 1)) {
      choose.serve(
          world.call(world.admin), Predictor.OUTCOME, new ChooseModel.Choice(version, "tried"));
    }
    look(Predictor.OUTCOME);
    assertThat(model(Predictor.OUTCOME).items("thresholds")).as("of the same sample").isEmpty();
    past.fromNow().sampled(1_000);
    look(Predictor.OUTCOME);
    assertThat(inForce()).as("of a new one").isTrue();
  }

  @Test
  void driftTakesTheThresholdAwayAndAsksForAnotherModel() {
    past.known(600);
    trained(Predictor.OUTCOME);
    past.sampled(500);
    look(Predictor.OUTCOME);
    assertThat(inForce()).isTrue();
    past.withoutSignal(2_000);
    look(Predictor.OUTCOME);
    assertThat(entries("drift.raised")).isNotEmpty();
    var alarm =
        (JsonObject)
            new Anomalies(world.transactions, world.ledger, world.clock)
                .list(world.admin, 10, Optional.empty(), Optional.empty())
                .items("anomalies")
                .getFirst();
    assertThat(alarm.text("predictor")).contains("outcome");
    assertThat(alarm.truth("lowers")).contains(false);
    assertThat(model(Predictor.OUTCOME).items("thresholds")).isEmpty();
    assertThat(model(Predictor.OUTCOME).object("last_training").orElseThrow().text("drifted_at"))
        .isPresent();
    assertThat(train.train(world.tenant, Predictor.OUTCOME, World.TRACE)).contains(Reason.DRIFT);
  }

  /// What was certified after a drift is watched like what was certified before it, beside what is
  /// usual since then.
  @Test
  void aSecondDriftTakesTheThresholdAwayThatWasCertifiedAfterTheFirst() {
    certifiedAt(1_000);
    past.withoutSignal(2_000);
    look(Predictor.OUTCOME);
    assertThat(inForce()).as("a drift").isFalse();
    int raised = entries("drift.raised").size();
    past.fromNow().sampled(1_000);
    look(Predictor.OUTCOME);
    assertThat(inForce()).as("certified anew").isTrue();
    past.known(1_500);
    look(Predictor.OUTCOME);
    assertThat(inForce()).as("what alarmed before the sample does not alarm twice").isTrue();
    assertThat(entries("drift.raised")).hasSize(raised);
    past.withoutSignal(2_000);
    look(Predictor.OUTCOME);
    assertThat(inForce()).as("a second drift").isFalse();
    assertThat(propose(0.95).text("mode")).contains("propose");
    assertThat(entries("drift.raised")).hasSizeGreaterThan(raised);
  }

  /// Else nothing could be certified for long once other cases come than the model learned from.
  @Test
  void whatWasCertifiedAfterADriftIsComparedWithWhatIsUsualSinceThen() {
    certifiedAt(1_000);
    past.surer().known(1_500);
    look(Predictor.OUTCOME);
    assertThat(inForce()).as("other cases than it learned from").isFalse();
    int raised = entries("drift.raised").size();
    past.fromNow().sampled(1_000);
    look(Predictor.OUTCOME);
    assertThat(inForce()).isTrue();
    past.known(2_000);
    look(Predictor.OUTCOME);
    assertThat(inForce()).as("they are usual now").isTrue();
    assertThat(entries("drift.raised")).hasSize(raised);
  }

  /// Whether a threshold lets anything run; one that was looked for and not found is listed too.
  private boolean inForce() {
    return model(Predictor.OUTCOME).items("thresholds").stream()
        .map(JsonObject.class::cast)
        .anyMatch(one -> one.truth("in_force").orElseThrow());
  }

  @Test
  void whoeverTakesBackWhatWasDrawnHasNoCleanerSample() {
    past.known(300);
    trained(Predictor.OUTCOME);
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
    world.stage("advance", "full_auto");
    var caseId = open();
    world.chance(caseId, "advance", true);
    var drawn = world.propose(caseId, "advance");
    assertThat(past.labels(Predictor.OUTCOME).stream().filter(good -> !good)).hasSize(failures());
    long before = failures();
    world.withdrawProposal.withdraw(world.call(world.agent), World.id(drawn, "proposal_id"), "");
    assertThat(failures()).isEqualTo(before + 1);
  }

  private int failures() {
    return (int) past.labels(Predictor.OUTCOME).stream().filter(good -> !good).count();
  }

  @Test
  void anotherTenantsLabelsTeachNothingHere() {
    var other = world.newTenant();
    past.known(other, 400, true, false);
    assertThat(train.train(world.tenant, Predictor.OUTCOME, World.TRACE)).isEmpty();
    assertThat(model(Predictor.OUTCOME).number("new_labels")).contains(0.0);
    assertThat(train.train(other, Predictor.OUTCOME, World.TRACE)).contains(Reason.NEW_LABELS);
    assertThat(model(Predictor.OUTCOME).text("state")).contains("cold_start");
  }

  @Test
  void aRoundFindsWhomToTrainBySomebodysDemand() {
    past.known(100);
    var rounds =
        new MaintainPredictors(
            new ActiveTenants(world.database.as(DatabaseRole.TIMER)),
            train,
            watch,
            world.ids,
            world.clock);
    assertThat(rounds.asked().tenants()).isZero();
    choose.demand(world.call(world.admin), List.of(Predictor.values()));
    var round = rounds.asked();
    assertThat(round).isEqualTo(new MaintainPredictors.Round(1, 2, 0));
    assertThat(rounds.asked().tenants()).as("what was asked for is done").isZero();
  }

  @Test
  void demandsAreReadStrictly() {
    assertThatThrownBy(() ->
            ChooseModel.parseDemand(JsonReader.readObject("{\"predictor\": \"mood\", \"now\": 1}")))
        .isInstanceOf(Refusal.Invalid.class);
    assertThatThrownBy(() -> ChooseModel.parseChoice(JsonReader.readObject("{\"version\": 0}")))
        .isInstanceOf(Refusal.Invalid.class);
    assertThat(ChooseModel.parseDemand(JsonObject.EMPTY)).containsExactly(Predictor.values());
  }
}
