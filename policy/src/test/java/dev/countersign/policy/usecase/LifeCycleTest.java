package dev.countersign.policy.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Model;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.lifecycle.PendingChange;
import dev.countersign.policy.store.PolicyVersions;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Versions on their way into force, on a real database and a real log.
class LifeCycleTest {
  private static final PolicyNode NODE = new PolicyNode();

  /// Without the factors of the starter set: wider than it.
  private static final String WIDER =
      "{\"policies\": [{\"key\": \"base_permit\", \"message\": \"m\", \"effect\": \"permit\", \"condition\": \"true\", \"applies_to\": {\"resource_types\": [\"model\", \"case\"]}}]}";

  private static final String NARROWER = "{\"policies\": []}";

  @AfterAll
  static void close() {
    NODE.close();
  }

  @Test
  void aWiderVersionWaitsForSomebodyWhoNeitherDraftedNorRequestedIt() {
    var tenant = NODE.tenant(true);
    int version = NODE.validated(tenant, WIDER);
    var change = waiting(NODE.activate.activate(NODE.by(tenant, "requester"), version));
    assertThat(NODE.active(tenant)).isEqualTo(1);
    for (var person : new String[] {"author", "requester"}) {
      refused("second_person_needed", () -> NODE.confirm.confirm(NODE.by(tenant, person), change));
      refused(
          "second_person_needed",
          () -> NODE.confirm.confirmVersion(NODE.by(tenant, person), version));
    }
    assertThat(NODE.active(tenant)).isEqualTo(1);
    NODE.confirm.confirm(NODE.by(tenant, "second"), change);
    assertThat(NODE.active(tenant)).isEqualTo(version);
    assertThat(NODE.actions(tenant))
        .containsSubsequence(
            "policy.drafted",
            "policy.validated",
            "policy.activation_requested",
            "policy.refused",
            "policy.retired",
            "policy.activated");
  }

  @Test
  void aFirstActivationNeedsASecondPersonWhateverItHolds() {
    var tenant = NODE.tenant(false);
    int version = NODE.validated(tenant, NARROWER);
    waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    NODE.confirm.confirmVersion(NODE.by(tenant, "second"), version);
    assertThat(NODE.active(tenant)).isEqualTo(version);
  }

  @Test
  void ofManyWhoConfirmAtOnceOneDoes() {
    var tenant = NODE.tenant(true);
    int version = NODE.validated(tenant, WIDER);
    var change = waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    var attempts =
        IntStream.range(0, 6)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(() -> {
                  try {
                    NODE.confirm.confirm(NODE.by(tenant, "second" + i), change);
                    return "confirmed";
                  } catch (Refusal refusal) {
                    return refusal.code();
                  }
                }))
            .toList();
    assertThat(attempts.stream().map(CompletableFuture::join).sorted())
        .containsExactly(
            "change_decided",
            "change_decided",
            "change_decided",
            "change_decided",
            "change_decided",
            "confirmed");
    assertThat(NODE.actions(tenant)).containsOnlyOnce("policy.activated");
  }

  @Test
  void whatIsConfirmedWasJudgedAgainstWhatIsInForce() {
    var tenant = NODE.tenant(true);
    int version = NODE.validated(tenant, WIDER);
    var change = waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    var model = new Model("gpt-4", "openai", false, Optional.empty(), new TreeSet<>());
    NODE.registry.put(NODE.by(tenant, "risk"), model);
    refused("base_moved", () -> NODE.confirm.confirm(NODE.by(tenant, "second"), change));

    // Asked for again it stands on the new base, and the old request is over.
    var again = waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    refused("change_decided", () -> NODE.confirm.confirm(NODE.by(tenant, "second"), change));
    assertThat(NODE.newest(tenant, "policy.activation_requested").text("instead_of"))
        .contains(change.toString());
    // Who says again what is known moves nothing.
    NODE.registry.put(NODE.by(tenant, "risk"), model);
    NODE.confirm.confirm(NODE.by(tenant, "second"), again);
    assertThat(NODE.active(tenant)).isEqualTo(version);
  }

  @Test
  void aChangeThatNobodyConfirmedExpires() {
    var tenant = NODE.tenant(true);
    int version = NODE.validated(tenant, WIDER);
    var change = waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    NODE.clock.advance(PendingChange.LIFETIME);
    refused("change_expired", () -> NODE.confirm.confirm(NODE.by(tenant, "second"), change));
    var again = waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    NODE.confirm.confirm(NODE.by(tenant, "second"), again);
    assertThat(NODE.active(tenant)).isEqualTo(version);
  }

  @Test
  void aRejectedActivationCanBeRequestedAgain() {
    var tenant = NODE.tenant(true);
    int version = NODE.validated(tenant, WIDER);
    var first = waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    refused("already_requested", () -> NODE.discard.discard(NODE.by(tenant, "author"), version));
    assertThat(state(NODE.confirm.reject(NODE.by(tenant, "author"), first))).isEqualTo("withdrawn");
    waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    assertThat(state(NODE.confirm.rejectVersion(NODE.by(tenant, "second"), version)))
        .isEqualTo("rejected");
    refused("not_requested", () -> NODE.confirm.confirmVersion(NODE.by(tenant, "x"), version));
    NODE.discard.discard(NODE.by(tenant, "author"), version);
    refused("wrong_version_state", () -> NODE.activate.activate(NODE.by(tenant, "x"), version));
  }

  @Test
  void aNarrowerVersionIsInForceAtOnceAndTheOldOneCanComeBack() {
    var tenant = NODE.tenant(true);
    assertThat(outcome(NODE.turn.turn(NODE.by(tenant, "admin"), "base_permit", false)))
        .isEqualTo("applied");
    int off = NODE.active(tenant);
    // Back to version 1 is wider than what is in force.
    waiting(NODE.activate.activate(NODE.by(tenant, "author"), 1));
    NODE.confirm.confirmVersion(NODE.by(tenant, "second"), 1);
    assertThat(NODE.active(tenant)).isEqualTo(1);
    assertThat(outcome(NODE.activate.activate(NODE.by(tenant, "author"), off)))
        .isEqualTo("applied");
  }

  @Test
  void anActivationThatBreaksOffInTheMiddleChangesNothing() {
    var tenant = NODE.tenant(true);
    int version = NODE.validated(tenant, WIDER);
    var change = waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    // The last write before the commit fails: the old version has retired by then, the new one is
    // active, the counter is raised.
    NODE.execute(
        "create or replace function policy.break_off() returns trigger language plpgsql as "
            + "$$ begin if new.id = '%s' then raise 'broken off'; end if; return new; end $$"
                .formatted(change));
    NODE.execute(
        "create trigger break_off before update on policy.pending_change for each row execute function policy.break_off()");
    try {
      assertThatThrownBy(() -> NODE.confirm.confirm(NODE.by(tenant, "second"), change))
          .isInstanceOf(DatabaseFailure.class);
    } finally {
      NODE.execute("drop trigger break_off on policy.pending_change");
    }
    assertThat(NODE.active(tenant)).isEqualTo(1);
    NODE.confirm.confirm(NODE.by(tenant, "second"), change);
    assertThat(NODE.active(tenant)).isEqualTo(version);
  }

  @Test
  void anotherTenantsVersionsAndChangesAreNotThere() {
    var tenant = NODE.tenant(true);
    var other = NODE.tenant(true);
    int version = NODE.validated(tenant, WIDER);
    var change = waiting(NODE.activate.activate(NODE.by(tenant, "author"), version));
    assertThatThrownBy(() -> NODE.validate.validate(NODE.by(other, "x"), version))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> NODE.confirm.confirm(NODE.by(other, "x"), change))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> NODE.confirm.reject(NODE.by(other, "x"), change))
        .isInstanceOf(Refusal.NotFound.class);
    assertThat(NODE.active(other)).isEqualTo(1);
  }

  @Test
  void aDraftIsNotActivatedAndDraftsHaveABound() {
    var tenant = NODE.tenant(true);
    var author = NODE.by(tenant, "author");
    int broken =
        NODE.validated(
            tenant,
            "{\"policies\": [{\"key\": \"x\", \"message\": \"m\", \"effect\": \"forbid\", \"condition\": \"nonsense\"}]}");
    refused("wrong_version_state", () -> NODE.activate.activate(author, broken));
    NODE.transactions.run(
        tenant,
        Rules.APPLY,
        transaction -> {
          for (int version = broken + 1; version < broken + 100; version++) {
            var content = new PolicyVersions.Content(PolicySet.EMPTY, JsonObject.EMPTY);
            NODE.versions.add(transaction, version, content, "author", NODE.clock.instant());
          }
          return tenant;
        });
    refused("too_many_drafts", () -> NODE.validated(tenant, NARROWER));
    NODE.discard.discard(author, broken);
    NODE.validated(tenant, NARROWER);
  }

  private static UUID waiting(Recorded recorded) {
    assertThat(outcome(recorded)).isEqualTo("waiting");
    return UUID.fromString(
        recorded.answer().object("change").flatMap(change -> change.text("id")).orElseThrow());
  }

  private static String outcome(Recorded recorded) {
    return recorded.answer().text("outcome").orElseThrow();
  }

  private static String state(Recorded recorded) {
    return recorded
        .answer()
        .object("change")
        .flatMap((JsonObject change) -> change.text("state"))
        .orElseThrow();
  }

  private static void refused(String code, Runnable attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
