package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What people approve is carried out in the transaction of their decision, or after it.
class TogetherTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatIsApprovedAndWhatCameOfItAreCommittedTogether() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    var decided = world.decide(world.reviewer, proposed, "approve");
    assertThat(decided.text("proposal_state")).contains("executed");
    assertThat(decided.object("execution").orElseThrow().text("state")).contains("executed");
    assertThat(transactionOf("approval_decision")).isEqualTo(transactionOf("execution"));
    assertThat(ofProposal()).endsWith("approval.granted", "execution.completed");
    var story = world.showProposal.one(world.agent, World.id(proposed, "proposal_id"));
    assertThat(story.text("state")).contains("executed");
  }

  @Test
  void theLogNamesWhoApprovedAndTheExecutorForWhatWasDone() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.decide(world.reviewer, proposed, "approve");
    assertThat(actorOf("approval.granted")).isEqualTo(world.reviewer.actor());
    assertThat(actorOf("execution.completed")).contains("executor");
  }

  @Test
  void eachEntryTellsWhatTrustHeardOfIt() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    world.decide(world.reviewer, proposed, "approve");
    assertThat(heard("proposal.created")).containsExactly("versions 1", "proposed 2");
    assertThat(heard("approval.granted")).containsExactly("decided 3");
    assertThat(heard("execution.completed")).containsExactly("executed 4");
  }

  @Test
  void whatCannotBeCarriedOutTogetherStaysApprovedAndIsCarriedOutLater() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    JsonObject decided = world.approveAndCrash(world.reviewer, proposed);
    assertThat(decided.text("proposal_state")).contains("approved");
    assertThat(decided.member("execution")).isEmpty();
    assertThat(ofProposal()).endsWith("approval.granted").doesNotContain("execution.completed");
    assertThat(world.execute(proposed).text("proposal_state")).contains("executed");
    assertThat(transactionOf("approval_decision")).isNotEqualTo(transactionOf("execution"));
  }

  @Test
  void aVoteThatDecidesNothingCarriesOutNothing() {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    var deferred = world.decide(world.reviewer, proposed, "defer");
    assertThat(deferred.text("proposal_state")).contains("pending");
    var rejected = world.decide(world.reviewer, proposed, "reject");
    assertThat(rejected.text("proposal_state")).contains("rejected");
    assertThat(world.rows()).noneMatch(row -> row.startsWith("workflow.execution"));
  }

  private List<String> ofProposal() {
    return world.actions().stream().filter(action -> !action.startsWith("trust.")).toList();
  }

  private String actorOf(String action) {
    return content(action).text("actor").orElseThrow();
  }

  /// What trust heard of an entry, by kind and number.
  private List<String> heard(String action) {
    return content(action).object("details").orElseThrow().items("evidence").stream()
        .map(JsonObject.class::cast)
        .map(one ->
            one.object("heard").flatMap(what -> what.text("kind")).orElseThrow()
                + " "
                + one.number("number").orElseThrow().intValue())
        .toList();
  }

  private JsonObject content(String action) {
    return world.log().stream()
        .filter(entry -> entry.action().equals(action))
        .findFirst()
        .orElseThrow()
        .content();
  }

  private String transactionOf(String table) {
    return world.text("select xmin::text from workflow." + table);
  }
}
