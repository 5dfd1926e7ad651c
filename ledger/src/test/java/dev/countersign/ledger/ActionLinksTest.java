package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.ActionLinks.Fault;
import dev.countersign.ledger.ActionLinks.Orphan;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Governed actions as the workflow writes them, and each kind of orphan made on purpose.
class ActionLinksTest {
  private static final Instant NOON = Generated.NOON;

  private final SplittableRandom random = new SplittableRandom(1);
  private final Ids ids = new Ids(Clock.fixed(NOON, ZoneOffset.UTC), random);
  private final ActionLinks links = new ActionLinks(Optional.empty());
  private final UUID proposal = ids.next();
  private final List<Orphan> orphans = new ArrayList<>();
  private long index;

  private void take(
      ActionLinks to, UUID correlation, String action, String resourceId, JsonObject details) {
    var draft = Generated.draft(random, Generated.TENANT);
    var entry =
        new Entry.Draft(
                draft.id(),
                Generated.TENANT,
                NOON,
                "user:a",
                action,
                "thing",
                resourceId,
                correlation,
                "",
                "",
                details)
            .chained(0, Digest.ZERO);
    to.follow(index++, entry).ifPresent(orphans::add);
  }

  private void take(String action, JsonObject details) {
    take(links, proposal, action, "e1", details);
  }

  private static JsonObject digests(String action) {
    return Json.object().put("action_digest", action).put("approval_digest", "q").build();
  }

  private void proposed(String mode) {
    take(
        "proposal.created",
        digests("a").with("policy_outcome", Json.of("permit")).with("mode", Json.of(mode)));
  }

  private void wholeAction() {
    proposed("propose");
    take("approval.deferred", digests("a"));
    take("approval.granted", digests("a"));
    take("execution.completed", digests("a"));
    take("outcome.observed", JsonObject.EMPTY);
  }

  @Test
  void aWholeActionHasNoOrphan() {
    wholeAction();
    take("stage.promoted", JsonObject.EMPTY);
    take(links, ids.next(), "decision.made", "d", Json.object().put("outcome", "permit").build());
    assertThat(orphans).isEmpty();
    assertThat(links.summary()).isEqualTo(new ActionLinks.Summary(7, 1, 0, 0));
  }

  @Test
  void aDeferralDecidesNothingSoItMayBeOfADecoy() {
    take("approval.deferred", digests("a"));
    assertThat(orphans).isEmpty();
    proposed("propose");
    take("approval.deferred", digests("b"));
    assertThat(orphans).extracting(Orphan::fault).containsExactly(Fault.APPROVAL_OF_ANOTHER_ACTION);
  }

  @Test
  void aStageThatActsByItselfNeedsNoApproval() {
    proposed("full_auto");
    take("proposal.authorized", digests("a"));
    take("execution.started", digests("a"));
    take("execution.parked", JsonObject.EMPTY);
    take("execution.completed", digests("a"));
    take("execution.rollback_started", JsonObject.EMPTY);
    take("execution.rolled_back", digests("a"));
    take("execution.completed", digests("a"));
    assertThat(orphans).isEmpty();
  }

  @Test
  void aDecisionThatWaitsForAnApprovalIsItsProposal() {
    take("decision.made", Json.object().put("outcome", "require_approval").build());
    take("approval.granted", digests("a"));
    assertThat(orphans).isEmpty();
  }

  @Test
  void aRequestStandsForADecisionWhoseContentHasExpired() {
    links.followErased();
    take("approval.requested", digests("a"));
    take("approval.granted", digests("a"));
    assertThat(orphans).isEmpty();
    assertThat(links.summary().unknown()).isEqualTo(2);
    take("approval.granted", digests("b"));
    assertThat(orphans).extracting(Orphan::fault).containsExactly(Fault.APPROVAL_OF_ANOTHER_ACTION);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void eachKindOfOrphanIsNamed(Fault fault) {
    switch (fault) {
      case REQUEST_WITHOUT_DECISION -> take("approval.requested", digests("a"));
      case PROPOSAL_WITHOUT_DECISION -> take("proposal.created", digests("a"));
      case APPROVAL_WITHOUT_PROPOSAL -> take("approval.rejected", digests("a"));
      case APPROVAL_OF_ANOTHER_ACTION -> {
        proposed("propose");
        take("approval.granted", digests("b"));
      }
      case EXECUTION_WITHOUT_PROPOSAL -> take("execution.completed", digests("a"));
      case AUTHORIZATION_WITHOUT_STAGE -> {
        proposed("propose");
        take("proposal.authorized", digests("a"));
      }
      case EXECUTION_WITHOUT_APPROVAL -> {
        proposed("propose");
        take("approval.rejected", digests("a"));
        take("execution.completed", digests("a"));
      }
      case EXECUTION_OF_ANOTHER_ACTION -> {
        proposed("propose");
        take("approval.granted", digests("a"));
        take("execution.completed", digests("b"));
      }
      case EXECUTED_TWICE -> {
        wholeAction();
        take("execution.completed", digests("a"));
      }
      case OUTCOME_WITHOUT_EXECUTION -> {
        wholeAction();
        take(links, proposal, "outcome.observed", "another", JsonObject.EMPTY);
      }
      case ENDING_WITHOUT_PROPOSAL -> take("proposal.expired", JsonObject.EMPTY);
      case ROLLBACK_WITHOUT_EXECUTION -> {
        proposed("propose");
        take("execution.rolled_back", digests("a"));
      }
    }
    assertThat(orphans).extracting(Orphan::fault).containsExactly(fault);
    assertThat(orphans.getFirst().logIndex()).isEqualTo(index - 1);
    assertThat(links.summary().orphans()).isOne();
  }

  @Test
  void whatLacksSomethingThatMayBeErasedIsNotJudged() {
    take("proposal.superseded", JsonObject.EMPTY);
    assertThat(orphans).hasSize(1);
    links.followErased();
    take("proposal.superseded", JsonObject.EMPTY);
    take("execution.completed", digests("a"));
    assertThat(orphans).hasSize(1);
    assertThat(links.summary()).isEqualTo(new ActionLinks.Summary(4, 0, 1, 3));
    proposed("propose");
    take("approval.granted", digests("b"));
    assertThat(orphans).as("what is there is judged").hasSize(2);
  }

  @Test
  void whatBeganBeforeThePeriodIsNotJudged() {
    var period = new ActionLinks(Optional.of(NOON.plusSeconds(1)));
    take(period, proposal, "outcome.observed", "e1", JsonObject.EMPTY);
    period.followErased();
    assertThat(orphans).isEmpty();
    assertThat(period.summary().unknown()).isEqualTo(2);
    var later = new Ids(Clock.fixed(NOON.plusSeconds(2 * 3_600), ZoneOffset.UTC), random).next();
    take(period, later, "outcome.observed", "e1", JsonObject.EMPTY);
    assertThat(orphans).hasSize(1);
  }
}
