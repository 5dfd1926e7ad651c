package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What trust hears of proposals, in the order of proposing.
class EvidenceTest {
  /// Longer than a request waits and its outcome may take together.
  private static final Duration ALL_OVER = Duration.ofDays(60);

  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  /// The state of the only scope.
  private JsonObject scope() {
    try (var connection = world.database.behindTheCurtain().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select state from trust.scope")) {
      row.next();
      var state = JsonReader.readObject(row.getString(1));
      assertThat(row.next()).as("another scope").isFalse();
      return state;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private double standing(String count) {
    return scope().object("standing").orElseThrow().number(count).orElseThrow();
  }

  private double attempt(String count) {
    return scope().object("attempt").orElseThrow().number(count).orElseThrow();
  }

  @Test
  void whatPeopleAreShownHasItsTurnBeforeAnybodyDecides() {
    world.propose(open(), "advance");
    assertThat(standing("turns")).isEqualTo(1);
    assertThat(standing("counted")).isZero();
  }

  @Test
  void whatIsTakenBackIsCountedAndSeenNotToBeSettled() {
    var proposed = world.propose(open(), "advance");
    world.withdraw(world.agent, proposed);
    world.clock.advance(ALL_OVER);
    world.propose(open(), "advance");
    assertThat(standing("counted")).isEqualTo(1);
    assertThat(attempt("clean")).isEqualTo(1);
    assertThat(attempt("unsettled")).isEqualTo(1);
  }

  @Test
  void whatNobodyDecidedInTimeIsHarm() {
    var proposed = world.propose(open(), "advance");
    world.clock.advance(ALL_OVER);
    world.workOffDue.round();
    assertThat(world.proposalState(proposed)).isEqualTo("expired");
    world.clock.advance(ALL_OVER);
    world.propose(open(), "advance");
    assertThat(attempt("harms")).isEqualTo(1);
  }

  @Test
  void whoDecidedAndWhoSawWhatCameOfItAreKnown() {
    var proposed = world.propose(open(), "advance");
    var decided = world.decide(world.reviewer, proposed, "approve");
    world.report(world.observer, World.execution(decided), true, "none");
    assertThat(scope().object("attempt").orElseThrow().items("reviewers")).hasSize(1);
    assertThat(world.trust()).doesNotContain("ck_reviewer");
    world.clock.advance(ALL_OVER);
    world.propose(open(), "advance");
    assertThat(attempt("sourced")).isEqualTo(1);
  }

  @Test
  void anEditIsHarmAndTheEditedProposalHasATurnOfItsOwn() {
    var proposed = world.propose(open(), "advance");
    var edited = world.edit(world.reviewer, proposed, "another");
    assertThat(standing("turns")).isEqualTo(2);
    world.decide(world.reviewer2, edited, "approve");
    world.clock.advance(ALL_OVER);
    world.propose(open(), "advance");
    assertThat(standing("counted")).isEqualTo(2);
    assertThat(attempt("harms")).as("the edit, and an outcome that nobody reported").isEqualTo(2);
  }
}
