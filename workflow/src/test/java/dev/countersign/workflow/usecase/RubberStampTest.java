package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who takes decoys for real decides nothing alone, on no way.
class RubberStampTest {
  private final Questions questions = new Questions();
  private final World world = questions.world;
  private final Decoys decoys = new Decoys(world);
  private final Principal stamper = world.keyHolder("ck_stamper", "reviewer");
  private final Principal careful = world.keyHolder("ck_careful", "reviewer");

  RubberStampTest() {
    world.define();
    for (var transition : List.of("advance", "refuse", "finish")) {
      world.authorize(transition);
    }
    decoys.rubberStamped(stamper);
  }

  @AfterEach
  void close() {
    questions.close();
  }

  private JsonObject proposed() {
    return world.propose(World.id(world.open(), "case_id"), "advance");
  }

  @Test
  void byAGrantNeither() {
    var subject = World.id(world.open(), "case_id");
    world.grant(stamper, subject);
    var proposed = world.propose(subject, "advance");
    assertThat(world.actions()).contains("grant.used");
    assertThat(proposed.text("state")).contains("pending");
    assertThat(world.decide(careful, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void aQuestionNeither() {
    var question = questions.ask(1);
    assertThat(questions.decide(stamper, question, "approve").text("state")).contains("pending");
    assertThat(questions.decide(careful, question, "approve").text("state")).contains("approved");
  }

  @Test
  void neitherInSomebodysNameNorBySomebody() {
    world.delegate(careful, stamper);
    var inHisName = proposed();
    assertThat(world.decideFor(stamper, careful, inHisName, "approve").text("state"))
        .contains("pending");
    var third = world.keyHolder("ck_third", "reviewer");
    world.delegate(stamper, third);
    var byAnother = proposed();
    assertThat(world.decideFor(third, stamper, byAnother, "approve").text("state"))
        .contains("pending");
    assertThat(world.decide(careful, byAnother, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void heStopsThingsAloneAsBefore() {
    assertThat(world.decide(stamper, proposed(), "reject").text("proposal_state"))
        .contains("rejected");
  }

  @Test
  void whatHeMissedIsForgottenAfterHalfAYear() {
    world.clock.advance(Duration.ofDays(179));
    assertThat(world.decide(stamper, proposed(), "approve").text("state")).contains("pending");
    world.clock.advance(Duration.ofDays(2));
    assertThat(world.decide(stamper, proposed(), "approve").text("proposal_state"))
        .contains("executed");
  }
}
