package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What trust hears of what people say: on which occasion, and that a deferral is nothing to hear.
class OccasionTest {
  private final World world = World.ready();

  @BeforeEach
  void aScopeThatIsKnown() {
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    world.ceiling("full_auto");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatThePolicyAsksForIsAReview() {
    world.decide(world.reviewer, world.propose(open(), "advance"), "reject");
    assertThat(occasions("approval.rejected")).containsExactly("REVIEW");
  }

  @Test
  void whatChanceGaveToPeopleIsAnAudit() {
    world.stage("advance", "full_auto");
    var caseId = open();
    world.chance(caseId, "advance", true);
    world.decide(world.reviewer, world.propose(caseId, "advance"), "reject");
    assertThat(occasions("approval.rejected")).containsExactly("AUDIT");
  }

  @Test
  void whoStopsWhatWouldHaveRunVetoes() {
    world.stage("advance", "guarded_auto");
    var caseId = open();
    world.chance(caseId, "advance", false);
    world.decide(world.reviewer, world.propose(caseId, "advance"), "reject");
    assertThat(occasions("approval.rejected")).containsExactly("VETO");
  }

  @Test
  void whoApprovesWithinTheTimeForAVetoReviews() {
    world.stage("advance", "guarded_auto");
    var caseId = open();
    world.chance(caseId, "advance", false);
    world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    assertThat(occasions("approval.granted")).containsExactly("REVIEW", "REVIEW");
  }

  @Test
  void whoEditsOverrides() {
    var proposed = world.propose(open(), "advance");
    world.edit(world.reviewer, proposed, "another");
    assertThat(world.log().stream().flatMap(entry -> heard(entry).stream()))
        .extracting(what -> what.text("occasion").orElse("none"))
        .contains("EDIT");
  }

  @Test
  void whoDefersSaysNothingToTrust() {
    var proposed = world.propose(open(), "advance");
    var before = world.trust();
    world.decide(world.reviewer, proposed, "defer");
    assertThat(world.trust()).isEqualTo(before);
    assertThat(of("approval.deferred")).isNotEmpty().allMatch(entry -> heard(entry).isEmpty());
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  private List<World.LoggedEntry> of(String action) {
    return world.log().stream().filter(entry -> entry.action().equals(action)).toList();
  }

  private List<String> occasions(String action) {
    return of(action).stream()
        .flatMap(entry -> heard(entry).stream())
        .map(what -> what.text("occasion").orElseThrow())
        .toList();
  }

  private static List<JsonObject> heard(World.LoggedEntry entry) {
    return entry.content().object("details").orElseThrow().items("evidence").stream()
        .map(JsonObject.class::cast)
        .map(one -> one.object("heard").orElseThrow())
        .toList();
  }
}
