package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What holds at one site, for a time or up to an amount: where the case is counts, not who acts;
/// and it is asked again when what was approved is carried out.
class SiteTest {
  private static final JsonObject WITH_AMOUNT =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill", "attributes": [{"name": "cents", "type": "integer"}],
           "queues": [{"name": "intake"}, {"name": "done"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "done", "gate": "triage", "amount": "cents",
              "approver_roles": ["reviewer"], "handler": "transition"}]}
          """);

  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  /// Everybody who acts here is of the site `main`.
  private UUID open(String site) {
    var body = Json.object().put("workflow", "refill").put("site", site).build();
    return open(body);
  }

  private UUID open(JsonObject body) {
    var request = OpenCase.parse(body, TenantProfile.STANDARD);
    return World.id(world.openCase.open(world.call(world.agent), request).answer(), "case_id");
  }

  /// What is approved and not carried out yet.
  private JsonObject approved(UUID caseId) {
    var proposed = world.propose(caseId, "advance");
    world.approveAndCrash(world.reviewer, proposed);
    return proposed;
  }

  private String carriedOut(JsonObject proposed) {
    world.clock.advance(ExecuteProposals.PAUSE);
    return world.execute(proposed).text("proposal_state").orElseThrow();
  }

  private void blocked(String source, Callable<?> attempt) {
    var refusal = catchThrowableOfType(Refusal.Conflict.class, attempt::call);
    assertThat(refusal.code()).isEqualTo("blocked");
    assertThat(refusal.reasons()).extracting(Violation::code).containsExactly(source);
  }

  private void blocks(String source, JsonObject approved) {
    assertThat(carriedOut(approved)).isEqualTo("approved");
    assertThat(world.story(approved).items("blocked").toString()).contains('"' + source + '"');
  }

  @Test
  void aFreezeOfASiteStopsEverythingThereAndNothingElsewhere() {
    var waiting = world.propose(open("north"), "advance");
    var approved = approved(open("north"));
    var there = open("north");
    var elsewhere = approved(open("south"));
    var freeze = world.freeze("site", "north");
    blocked("freeze", () -> world.propose(there, "advance"));
    blocked("freeze", () -> world.decide(world.reviewer, waiting, "approve"));
    blocks("freeze", approved);
    assertThat(carriedOut(elsewhere)).isEqualTo("executed");
    var proposed = world.propose(open("south"), "advance");
    assertThat(world.decide(world.reviewer, proposed, "approve").text("proposal_state"))
        .contains("executed");
    world.lift(freeze);
    assertThat(carriedOut(approved)).isEqualTo("executed");
    assertThat(world.decide(world.reviewer, waiting, "approve").text("proposal_state"))
        .contains("executed");
    assertThat(world.propose(there, "advance").text("state")).contains("pending");
  }

  @Test
  void whereTheCaseIsCountsAndNotWhoActs() {
    var approved = approved(open("north"));
    world.freeze("site", world.agent.site());
    assertThat(carriedOut(approved)).isEqualTo("executed");
    assertThat(world.propose(open("north"), "advance").text("state")).contains("pending");
    blocked("freeze", () -> world.propose(open(world.agent.site()), "advance"));
  }

  @Test
  void aGateThatWasClosedAtASiteStopsWhatWasApprovedThere() {
    var there = approved(open("north"));
    var elsewhere = approved(open("south"));
    revokeAt("north");
    blocks("gate", there);
    assertThat(carriedOut(elsewhere)).isEqualTo("executed");
    world.authorize("advance", reason().put("site", "north").build());
    assertThat(carriedOut(there)).isEqualTo("executed");
  }

  @Test
  void aGateThatHasEndedStopsWhatWasApprovedBefore() {
    var until = world.clock.instant().plus(Duration.ofMinutes(5)).toString();
    world.authorize("advance", reason().put("until", until).build());
    var approved = approved(open("north"));
    world.clock.advance(Duration.ofMinutes(5));
    blocks("gate", approved);
    world.authorize("advance");
    assertThat(carriedOut(approved)).isEqualTo("executed");
  }

  @Test
  void aGateThatWasOpenForMoreStopsWhatWasApprovedBefore() {
    world.define(WITH_AMOUNT);
    world.authorize("advance", reason().put("up_to", 500).build());
    var facts = Json.object().put("cents", 500).build();
    var approved =
        approved(
            open(
                Json.object()
                    .put("workflow", "refill")
                    .put("site", "north")
                    .put("attributes", facts)
                    .build()));
    world.authorize("advance", reason().put("up_to", 499).build());
    blocks("gate", approved);
    world.authorize("advance", reason().put("up_to", 500).build());
    assertThat(carriedOut(approved)).isEqualTo("executed");
  }

  private void revokeAt(String site) {
    var change = ChangeGate.revocation(reason().put("site", site).build());
    world.changeGate.change(world.call(world.admin), "refill", "advance", change);
  }

  private static Json.Builder reason() {
    return Json.object().put("reason", "said so");
  }
}
