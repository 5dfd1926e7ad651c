package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.usecase.Ballots.Vote;
import dev.countersign.workflow.usecase.PlayedWorkflow.Demand;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// Counts every vote again, with whatever lent or foresaw it.
final class RequestJudge {
  private static final String APPROVED = "approved";

  private final World world;
  private final Cast cast;
  private final CaseJudge cases;
  private final Map<String, Ballots> requests = new HashMap<>();
  private final Map<String, Said> delegations = new HashMap<>();
  private final Map<String, Said> grants = new HashMap<>();
  private final Map<String, Integer> missed = new HashMap<>();

  /// By case what has to end before anything else happens to it.
  private final Map<String, Set<String>> outlived = new HashMap<>();

  /// What was deferred and nobody proposed: decoys that are not revealed yet.
  private final Set<String> unproposed = new TreeSet<>();

  /// What was agreed to after it had escalated, by somebody whom nobody asked before.
  private int stoodIn;

  private Optional<Demand> demand = Optional.empty();

  RequestJudge(World world, Cast cast, CaseJudge cases) {
    this.world = world;
    this.cast = cast;
    this.cases = cases;
  }

  void read(Said said) {
    if (touchesACase(said.action())) {
      said.maybe("case_id").ifPresent(caseId -> nothingOutlived(caseId, said));
    }
    switch (said.action()) {
      case "policy.activated" -> demand = said.maybe("demand").map(PlayedWorkflow::demandOn);
      case "proposal.created" -> created(said);
      case "proposal.edited" -> request(said.text("by_proposal_id")).barred.add(said.actor());
      case "delegation.created" -> delegations.put(said.resource(), said);
      case "delegation.revoked" ->
          assertThat(delegations.remove(said.resource())).as("revoked once").isNotNull();
      case "grant.created" -> grants.put(said.resource(), said);
      case "grant.revoked", "grant.expired" ->
          assertThat(grants.remove(said.resource())).as("ended once, unused").isNotNull();
      case "grant.used" -> used(said);
      case "approval.granted" -> vote(said, true);
      case "approval.rejected" -> vote(said, false);
      case "approval.deferred" -> deferred(said);
      case "proposal.authorized" -> authorized(said);
      case "proposal.withdrawn", "proposal.superseded", "proposal.expired" -> over(said);
      case "approval.escalated" -> escalated(said);
      case "execution.completed", "execution.rolled_back" -> outlives(said.text("case_id"), said);
      case "case.held", "case.migrated" -> outlives(said.resource(), said);
      case "case.corrected" -> {
        assertThat(agreed(said.resource(), said.actor()))
            .as("who agreed under four eyes changes nothing of the case: " + said)
            .isFalse();
        outlives(said.resource(), said);
      }
      case "decoy.revealed" -> {
        unproposed.remove(said.about());
        if (said.text("verdict").equals("approve")) {
          missed.merge(said.actor(), 1, Integer::sum);
        }
      }
      default -> {}
    }
  }

  Ballots request(String id) {
    return Objects.requireNonNull(requests.get(id), () -> "nobody proposed " + id);
  }

  private static boolean touchesACase(String action) {
    return switch (action) {
      case "approval.granted",
          "approval.rejected",
          "approval.deferred",
          "grant.used",
          "proposal.created",
          "proposal.edited",
          "proposal.authorized",
          "proposal.withdrawn",
          "proposal.expired",
          "execution.started",
          "execution.completed" ->
          true;
      default -> action.startsWith("case.");
    };
  }

  /// Something happened to a case: what else was proposed for it is over at once.
  private void outlives(String caseId, Said said) {
    nothingOutlived(caseId, said);
    requests.forEach((id, request) -> {
      if (request.caseId.equals(caseId) && request.lives() && !id.equals(said.about())) {
        outlived.computeIfAbsent(caseId, _ -> new TreeSet<>()).add(id);
      }
    });
  }

  private void nothingOutlived(String caseId, Said said) {
    assertThat(outlived.getOrDefault(caseId, Set.of()))
        .as("what the case has outlived ends before anything else happens: " + said)
        .isEmpty();
  }

  /// Nothing is left over.
  void check(PlayedMove.Tally tally) {
    assertThat(outlived.values()).allMatch(Set::isEmpty);
    assertThat(unproposed).as("what nobody proposed was a decoy").isEmpty();
    for (int i = 0; i < stoodIn; i++) {
      tally.count("approval.granted after an escalation");
    }
  }

  /// Whether he has agreed to something on the case that only people without a hand in it may, and
  /// that may still be carried out.
  boolean agreed(String caseId, String actor) {
    return requests.values().stream()
        .filter(request -> request.caseId.equals(caseId))
        .filter(request -> request.terms.fourEyes() && request.lives())
        .flatMap(request -> request.votes.stream())
        .anyMatch(vote -> vote.approves() && vote.hands().contains(actor));
  }

  private void escalated(Said said) {
    var request = request(said.about());
    assertThat(request.waits()).as("what is over does not escalate: " + said).isTrue();
    assertThat(request.escalated(said.at())).as("not before its time: " + said).isTrue();
    assertThat(request.shown).as("shown to others once: " + said).isFalse();
    request.shown = true;
  }

  private void created(Said said) {
    var caseId = said.text("case_id");
    var fresh = new Ballots(said, cases.version(caseId), cases.workflowVersion(caseId), demand);
    fresh.barred.add(proposer(said));
    said.maybe("on_behalf_of").ifPresent(fresh.barred::add);
    assertThat(requests.put(said.about(), fresh)).as("proposed once").isNull();
  }

  /// Of what was edited he who proposed it first.
  String proposer(Said created) {
    return created
        .maybe("edited_from")
        .map(from -> proposer(request(from).created))
        .orElse(created.actor());
  }

  private void deferred(Said said) {
    assertThat(said.text("request_state")).isEqualTo("pending");
    if (requests.containsKey(said.about())) {
      assertThat(request(said.about()).waits()).as("what is over is not deferred").isTrue();
    } else {
      unproposed.add(said.about());
    }
  }

  private void vote(Said said, boolean approves) {
    var request = request(said.about());
    assertThat(said.text("action_digest")).isEqualTo(request.created.text("action_digest"));
    var hands = new TreeSet<>(List.of(said.actor()));
    var roles = cast.roles(said.actor());
    var owner = said.maybe("decided_for");
    if (owner.isPresent()) {
      hands.add(owner.get());
      roles = new TreeSet<>(cast.roles(owner.get()));
      var lent = lent(said, owner.get());
      if (!lent.isEmpty()) {
        roles.retainAll(lent);
      }
    }
    boolean alone = said.details().truth("alone").orElseThrow();
    if (approves && !alone) {
      assertThat(hands)
          .as("who may not decide alone took a decoy for real")
          .anyMatch(missed::containsKey);
    }
    counted(said, request, new Vote(hands, roles, approves, alone));
  }

  /// The roles that a delegation lends at that moment; none for all.
  private Set<String> lent(Said said, String owner) {
    var delegation =
        Objects.requireNonNull(
            delegations.get(said.text("delegation_id")),
            () -> "decides for another by no delegation that is in force: " + said);
    assertThat(delegation.actor()).isEqualTo(owner);
    assertThat(delegation.text("delegate")).isEqualTo(said.actor());
    assertThat(said.at())
        .as("within its time")
        .isAfterOrEqualTo(Instant.parse(delegation.text("from")))
        .isBefore(Instant.parse(delegation.text("until")));
    var roles = new TreeSet<String>();
    for (var role : delegation.details().items("roles")) {
      roles.add(((JsonString) role).value());
    }
    return roles;
  }

  private void used(Said said) {
    var request = request(said.about());
    var grant =
        Objects.requireNonNull(
            grants.remove(said.resource()), () -> "used twice or after its end: " + said);
    assertThat(said.at()).as("before it expires").isBefore(Instant.parse(grant.text("expires_at")));
    assertThat(said.text("grantor")).isEqualTo(grant.actor());
    var digest = request.created.text("action_digest");
    assertThat(said.text("action_digest")).isEqualTo(digest);
    var template = grant.details().object("template");
    if (template.isPresent()) {
      assertThat(template.get().text("transition")).contains(request.type);
      template.get().text("case_id").ifPresent(only -> assertThat(only).isEqualTo(request.caseId));
      assertThat(grant.text("payload_digest"))
          .isEqualTo(Digest.ofCanonical(payload(request, digest)).hex());
    } else {
      assertThat(grant.text("action_digest")).isEqualTo(digest);
    }
    boolean alone =
        said.text("request_state").equals(APPROVED) || !missed.containsKey(grant.actor());
    counted(
        said,
        request,
        new Vote(new TreeSet<>(List.of(grant.actor())), cast.roles(grant.actor()), true, alone));
  }

  /// The one of all that are played that has this digest.
  private JsonObject payload(Ballots request, String digest) {
    return CaseMoves.PAYLOADS.stream()
        .filter(payload ->
            new ProposedAction(
                    world.tenant,
                    UUID.fromString(request.caseId),
                    (long) request.caseVersion,
                    "refill",
                    request.workflowVersion,
                    new Action(request.type, payload))
                .digest()
                .hex()
                .equals(digest))
        .findFirst()
        .orElseThrow();
  }

  private void counted(Said said, Ballots request, Vote vote) {
    assertThat(request.state).as("nobody votes about what is over: " + said).isEqualTo("pending");
    assertThat(said.text("approval_digest")).isEqualTo(request.created.text("approval_digest"));
    assertThat(said.at()).as("before the request ends").isBefore(request.end());
    assertThat(vote.hands())
        .as("nobody decides about his own: " + said)
        .doesNotContainAnyElementsOf(request.barred);
    for (var before : request.votes) {
      assertThat(vote.hands())
          .as("each counts once: " + said)
          .doesNotContainAnyElementsOf(before.hands());
    }
    if (request.terms.fourEyes()) {
      assertThat(vote.hands())
          .as("four eyes: " + said)
          .doesNotContainAnyElementsOf(cases.hands(request.caseId));
    }
    var wanted = new TreeSet<String>();
    request.seats(said.at()).forEach(wanted::addAll);
    if (!vote.approves()) {
      wanted.addAll(request.terms.vetoRoles());
    }
    assertThat(vote.roles()).as("who may decide it: " + said).containsAnyElementsOf(wanted);
    if (vote.approves()) {
      covered(said, request);
      stoodIn += vote.roles().stream().noneMatch(request.terms.seats()::contains) ? 1 : 0;
    }
    request.votes.add(vote);
    assertThat(said.text("request_state"))
        .as("what the votes come to: " + said)
        .isEqualTo(request.outcome(said.at()));
    request.state = request.outcome(said.at());
  }

  /// Nothing is asked for by now that was not asked for when it was proposed.
  void covered(Said said, Ballots request) {
    var now = demand.filter(one -> one.type().equals(request.type));
    assertThat(
            now.isEmpty()
                || (!now.get().forbids() && request.terms.seats().equals(now.get().seats())))
        .as("the policies ask for no more by now: " + said)
        .isTrue();
  }

  private void authorized(Said said) {
    var request = request(said.about());
    assertThat(request.state).as("nobody had decided: " + said).isEqualTo("pending");
    assertThat(said.at())
        .as("after the time for a veto and before its end")
        .isAfterOrEqualTo(Instant.parse(request.created.text("runs_at")))
        .isBefore(request.end());
    assertThat(said.text("action_digest")).isEqualTo(request.created.text("action_digest"));
    assertThat(said.text("approval_digest")).isEqualTo(request.created.text("approval_digest"));
    assertThat(demand.filter(one -> one.type().equals(request.type)))
        .as("nothing that policies leave to people runs by itself")
        .isEmpty();
    request.state = "authorized";
  }

  private void over(Said said) {
    var request = request(said.about());
    assertThat(request.state).as("ended once: " + said).isIn("pending", APPROVED);
    if (said.action().equals("proposal.expired")) {
      assertThat(said.at()).as("its time is over").isAfterOrEqualTo(request.end());
    }
    request.state = said.action();
    outlived.getOrDefault(request.caseId, new TreeSet<>()).remove(said.about());
  }
}
