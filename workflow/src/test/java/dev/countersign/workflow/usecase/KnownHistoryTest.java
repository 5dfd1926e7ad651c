package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.predict.anomaly.Watch;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.features.Value;
import dev.countersign.trust.predict.features.Value.Amount;
import dev.countersign.trust.predict.features.Value.Word;
import dev.countersign.trust.predict.forest.RandomCut;
import dev.countersign.trust.usecase.JudgeHours;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What models are told of a live proposal, and what trust folds of one, beside a past that is
/// known to the last decision.
class KnownHistoryTest {
  private static final double ROUNDING = 1e-4;

  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  private UUID executed() {
    var decided = world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    return World.id(decided.object("execution").orElseThrow(), "id");
  }

  /// Two that went well, one that was taken back, one that was rejected.
  private void past() {
    world.report(world.observer, executed(), true, "none");
    world.report(world.observer, executed(), true, "none");
    world.rollBack(world.reviewer, executed());
    world.decide(world.reviewer, world.propose(open(), "advance"), "reject");
  }

  /// By hand, from [#past] alone: each number is told as it was when somebody proposed, not as it
  /// was when somebody looked.
  @Test
  void theStoredFeaturesOfALiveProposalAreThoseOfAKnownHistory() {
    world.clock.advance(Duration.ofMinutes(5));
    past();
    world.clock.advance(Duration.ofHours(1));
    closeHours();
    var begun = world.clock.instant();
    var caseId = open();
    world.clock.advance(Duration.ofMinutes(30));
    var claimed =
        Json.object()
            .put("confidence", 0.8)
            .put("safety", 0.9)
            .put("time_saved_seconds", 120)
            .build();
    var proposed =
        world.propose(
            world.agent, World.proposal(caseId, 1, "advance").with("prediction", claimed));
    double age = Duration.between(begun, world.clock.instant()).toSeconds() / 3_600.0;

    var decision = stored(proposed, Predictor.DECISION);
    assertThat(word(decision, "queue")).isEqualTo("intake");
    assertThat(word(decision, "action_type")).isEqualTo("advance");
    assertThat(word(decision, "stage")).isEqualTo("observe");
    assertThat(number(decision, "caller_confidence")).isEqualTo(0.8);
    assertThat(number(decision, "caller_safety")).isEqualTo(0.9);
    assertThat(number(decision, "time_saved_seconds")).isEqualTo(120);
    assertThat(number(decision, "reliability")).isCloseTo(3.0 / 4, within(ROUNDING));
    assertThat(number(decision, "alignment")).isCloseTo(2.0 / 3, within(ROUNDING));
    assertThat(number(decision, "queue_approval_rate_7d")).isEqualTo(0.75);
    assertThat(number(decision, "rejection_streak")).isEqualTo(1);
    assertThat(number(decision, "local_hour")).isEqualTo(9);
    assertThat(number(decision, "events_last_hour")).isEqualTo(14);
    assertThat(decision.features()).doesNotContainKey("scope_trust");

    var outcome = stored(proposed, Predictor.OUTCOME);
    assertThat(word(outcome, "from")).isEqualTo("intake");
    assertThat(word(outcome, "to")).isEqualTo("review");
    assertThat(number(outcome, "override_rate")).isCloseTo(1.0 / 7, within(ROUNDING));
    assertThat(number(outcome, "success_rate_last_20")).isCloseTo(2.0 / 3, within(1e-9));
    assertThat(number(outcome, "rollbacks_7d")).isEqualTo(1);
    assertThat(number(outcome, "executions_today")).isEqualTo(3);
    assertThat(word(outcome, "gate_state")).isEqualTo("open");
    assertThat(number(outcome, "weekday")).as("a Sunday").isEqualTo(7);
    assertThat(number(outcome, "case_age_hours")).isCloseTo(age, within(1.0 / 3_600));

    var before = stored(proposed, Predictor.DECISION);
    past();
    assertThat(stored(proposed, Predictor.DECISION)).as("later is later").isEqualTo(before);
  }

  private void closeHours() {
    new JudgeHours(
            world.transactions, world.ledger, new Watch(new RandomCut()), world.ids, world.clock)
        .judge(world.tenant);
  }

  private Snapshot stored(JsonObject proposed, Predictor predictor) {
    var text =
        world.text(
            "select snapshot from trust.example where proposal_id = '%s' and predictor = '%s'"
                .formatted(World.id(proposed, "proposal_id"), predictor.word()));
    return Snapshot.fromJson(JsonReader.readObject(text)).orElseThrow();
  }

  private static double number(Snapshot snapshot, String feature) {
    return ((Amount) value(snapshot, feature)).value();
  }

  private static String word(Snapshot snapshot, String feature) {
    return ((Word) value(snapshot, feature)).value();
  }

  private static Value value(Snapshot snapshot, String feature) {
    return Optional.ofNullable(snapshot.features().get(feature))
        .orElseThrow(() -> new AssertionError(feature + " is unknown: " + snapshot.features()));
  }

  /// A rejection weighs 0.4066 thirty days later, whatever the server's clock says.
  @Test
  void inADemoTenantTrustIsFoldedByWhenItHappened() {
    decidedAt("reject", Instant.parse("2012-01-02T09:00:00Z"));
    decidedAt("approve", Instant.parse("2012-02-01T09:00:00Z"));
    var scope =
        world
            .transactions
            .run(
                world.tenant,
                Rules.READ,
                transaction -> world.scopes.list(transaction, 10, Optional.empty()))
            .items()
            .getFirst();
    assertThat(scope.text("as_of").map(Instant::parse))
        .contains(Instant.parse("2012-02-01T09:00:00Z"));
    assertThat(
            scope
                .object("score")
                .flatMap(score -> score.object("parts"))
                .flatMap(parts -> parts.number("reliability"))
                .orElseThrow())
        .isCloseTo(1 / (1 + 0.4066), within(ROUNDING));
    assertThat(world.text("select max(updated_at)::text from trust.scope")).startsWith("2026");
  }

  private void decidedAt(String decision, Instant at) {
    var proposed =
        world.propose(
            world.agent,
            World.proposal(open(), 1, "advance").with("occurred_at", Json.of(at.toString())));
    var body =
        Json.object()
            .put("decision", decision)
            .put("action_digest", proposed.text("action_digest").orElseThrow())
            .put("occurred_at", at.toString())
            .build();
    world.decideApproval.decide(
        world.call(world.reviewer),
        World.approval(proposed),
        DecisionRequest.parse(body, TenantProfile.DEMO));
  }

  /// Chance is stored before any model is asked: what is stated below was read after the draw, for
  /// it tells what only the draw brought about.
  @Test
  void chanceSpeaksBeforeAnythingIsPredicted() {
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.stage("advance", "full_auto");
    world.ceiling("full_auto");
    world.tamper(
        """
        create function trust.drawn() returns trigger language plpgsql security definer as $$
        begin
          insert into trust.predictor (tenant_id, predictor, happened, labels, updated_at)
          values (new.tenant_id, 'outcome', 777, 1000, now())
          on conflict (tenant_id, predictor) do update set happened = 777, labels = 1000;
          return new;
        end $$;
        create trigger drawn after insert on workflow.audit_draw for each row execute function trust.drawn()\
        """);
    world.clock.advance(Duration.ofSeconds(20));
    var proposed = world.propose(open(), "advance");
    var stated =
        world.text(
            "select prediction from trust.example where proposal_id = '%s' and predictor = 'outcome'"
                .formatted(World.id(proposed, "proposal_id")));
    assertThat(JsonReader.readObject(stated).object("base_rate").orElseThrow().number("happened"))
        .contains(777.0);
  }
}
