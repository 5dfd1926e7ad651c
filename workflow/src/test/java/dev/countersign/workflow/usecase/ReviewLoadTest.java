package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What counts as a decision of somebody's hour: all that he decides, in whosever name, and nothing
/// else.
class ReviewLoadTest {
  private final Questions questions = new Questions();
  private final World world = questions.world;
  private final Decoys decoys = new Decoys(world);

  ReviewLoadTest() {
    world.define();
    for (var transition : List.of("advance", "refuse", "finish")) {
      world.authorize(transition);
    }
  }

  @AfterEach
  void close() {
    questions.close();
  }

  private JsonObject proposed() {
    return world.propose(World.id(world.open(), "case_id"), "advance");
  }

  private void oneAnHour() {
    world.watch("{\"decoy_rate\": 0, \"decisions_per_hour\": 1}");
  }

  private static void tooMany(Callable<?> attempt) {
    assertThatThrownBy(attempt::call)
        .isInstanceOfSatisfying(
            Refusal.TooMany.class, often -> assertThat(often.code()).isEqualTo("review_load"));
  }

  @Test
  void aDecoyIsADecisionAndIsRefusedAsOne() {
    world.trap("refuse", "case.queue == 'intake'");
    var first = decoys.seed();
    var second = decoys.seed();
    var proposed = proposed();
    oneAnHour();
    decoys.decide(world.reviewer, first, "reject");
    tooMany(() -> world.decide(world.reviewer, proposed, "approve"));
    tooMany(() -> decoys.decide(world.reviewer, second, "approve"));
    assertThat(world.actions()).as("it tells nothing").containsOnlyOnce("decoy.revealed");
    world.clock.advance(Duration.ofHours(1));
    decoys.decide(world.reviewer, second, "reject");
  }

  @Test
  void aQuestionIsADecisionAndIsRefusedAsOne() {
    var first = questions.ask(1);
    var second = questions.ask(2);
    var proposed = proposed();
    oneAnHour();
    questions.decide(world.reviewer, first, "reject");
    tooMany(() -> questions.decide(world.reviewer, second, "approve"));
    tooMany(() -> world.decide(world.reviewer, proposed, "approve"));
    assertThat(questions.state(second)).isEqualTo("pending");
  }

  @Test
  void aDeferralIsNoDecision() {
    var proposed = proposed();
    var question = questions.ask(1);
    oneAnHour();
    world.decide(world.reviewer, proposed, "defer");
    questions.decide(world.reviewer, question, "defer");
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
    world.decide(world.reviewer, proposed(), "defer");
  }

  @Test
  void aCapHoldsOnEveryNodeAtOnce() {
    var other = world.anotherNode();
    other.decide(world.reviewer, proposed(), "approve"); // It keeps what holds now.
    var second = proposed();
    oneAnHour();
    tooMany(() -> other.decide(world.reviewer, second, "approve"));
  }

  @Test
  void whoActsIsCountedAndNotWhomeverHeActsFor() {
    var lender = world.keyHolder("ck_lender", "reviewer");
    var delegate = world.keyHolder("ck_delegate", "reviewer");
    world.delegate(lender, delegate);
    var first = proposed();
    var second = proposed();
    var third = proposed();
    oneAnHour();
    world.decideFor(delegate, lender, first, "approve");
    tooMany(() -> world.decide(delegate, second, "approve"));
    tooMany(() -> world.decideFor(delegate, lender, second, "approve"));
    world.decide(lender, third, "approve");
  }

  @Test
  void aGrantIsNoDecisionOfTheHourInWhichItIsUsed() {
    var grantor = world.keyHolder("ck_grantor", "reviewer");
    oneAnHour();
    var subject = World.id(world.open(), "case_id");
    world.grant(grantor, subject);
    assertThat(world.propose(subject, "advance").text("state")).contains("executed");
    assertThat(world.actions()).contains("grant.used");
    assertThat(world.decide(grantor, proposed(), "approve").text("proposal_state"))
        .contains("executed");
  }
}
