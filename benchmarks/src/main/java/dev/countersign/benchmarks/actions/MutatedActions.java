package dev.countersign.benchmarks.actions;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;

/// Approves actions and changes what is stored of them in every way that we know: the bytes of the
/// action, its digest, the terms that were agreed to, what people said, the definition, the tenant,
/// or the approval of another. None may be bound to its approval any more, which an execution asks
/// first, by the same code ([ApprovedAction#executes]).
///
/// Some changes recompute the digests that a forger could recompute. What no change here does is to
/// forge the approval digest together with the decisions that name it.
public final class MutatedActions {
  private static final int EACH = 1_000;
  private static final Digest OTHER_DIGEST = Digest.sha256(new byte[] {1});

  private final SplittableRandom random;
  private final List<Kind> kinds;
  private final long[] tried;
  private final long[] executing;

  private MutatedActions(long seed) {
    this.random = new SplittableRandom(seed);
    this.kinds = kinds();
    this.tried = new long[kinds.size()];
    this.executing = new long[kinds.size()];
  }

  /// A way to change one approved action; the second is another approved action.
  private record Kind(
      String name, BiFunction<ApprovedAction, ApprovedAction, ApprovedAction> change) {}

  /// @param args how many, and the seed
  public static void main(String[] args) {
    var mutations = new MutatedActions(Long.parseLong(args[1]));
    long count = Long.parseLong(args[0]);
    long started = System.nanoTime();
    for (long done = 0; done < count; done += EACH) {
      mutations.some();
    }
    long bound = 0;
    for (long each : mutations.executing) {
      bound += each;
    }
    System.out.printf(
        "%d mutated actions of %d kinds, seed %s: %d would execute; %.1f s%n",
        count, mutations.kinds.size(), args[1], bound, (System.nanoTime() - started) / 1e9);
    for (int kind = 0; kind < mutations.kinds.size(); kind++) {
      System.out.printf(
          "  %-55s %7d, %d would execute%n",
          mutations.kinds.get(kind).name(), mutations.tried[kind], mutations.executing[kind]);
    }
    if (bound > 0) {
      throw new IllegalStateException("a mutated action would execute");
    }
  }

  private void some() {
    var one = approved();
    var other = approved();
    if (!one.executes() || !other.executes()) {
      throw new IllegalStateException("an action as it was approved does not execute");
    }
    for (int i = 0; i < EACH; i++) {
      int kind = random.nextInt(kinds.size());
      tried[kind]++;
      if (kinds.get(kind).change().apply(one, other).executes()) {
        executing[kind]++;
      }
    }
  }

  private ApprovedAction approved() {
    var action =
        new ProposedAction(
            ApprovedAction.TENANT,
            id(),
            1 + random.nextInt(1_000),
            "claim",
            1,
            new Action("settle", payload()));
    return ApprovedAction.of(
        action,
        1 + random.nextInt(99),
        1 + random.nextInt(3),
        ApprovedAction.NOON.plusSeconds(1 + random.nextInt(1_000_000)));
  }

  private JsonObject payload() {
    return Json.object()
        .put("cents", random.nextInt(10_000_000))
        .put("to", id().toString())
        .put("note", "n" + random.nextInt(1_000))
        .build();
  }

  private UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private List<Kind> kinds() {
    var kinds = new ArrayList<Kind>();
    kinds.addAll(ofActions());
    kinds.addAll(ofTerms());
    kinds.addAll(ofVotes());
    kinds.addAll(ofPlaces());
    return List.copyOf(kinds);
  }

  private List<Kind> ofActions() {
    return List.of(
        new Kind("a character of the action is another", (one, _) -> text(one, replaced(one))),
        new Kind("a character of the action is gone", (one, _) -> text(one, shortened(one))),
        new Kind(
            "another action's bytes",
            (one, other) -> text(one, other.proposal().canonicalAction())),
        new Kind(
            "another action's bytes, its digest as well",
            (one, other) ->
                one.with(
                    ApprovedAction.proposal(
                        one.proposal().caseId(),
                        other.proposal().canonicalAction(),
                        other.proposal().actionDigest(),
                        ApprovedAction.AGENT))),
        new Kind(
            "another payload, the digest fits",
            (one, _) -> forged(one, action(one).caseVersion(), new Action("settle", payload()), 1)),
        new Kind(
            "another version of the case, the digest fits",
            (one, _) ->
                forged(
                    one,
                    action(one).caseVersion() + 1 + random.nextInt(9),
                    action(one).action(),
                    1)),
        new Kind(
            "another transition of the same gate, the digest fits",
            (one, _) ->
                forged(
                    one,
                    action(one).caseVersion(),
                    new Action("refund", action(one).action().payload()),
                    1)),
        new Kind(
            "another version of the workflow, the digest fits",
            (one, _) -> forged(one, action(one).caseVersion(), action(one).action(), 2)));
  }

  private List<Kind> ofTerms() {
    return List.of(
        new Kind("another's approval", (one, other) -> one.with(other.approval())),
        new Kind(
            "another's approval and what was said about it",
            (one, other) -> one.with(other.approval()).with(other.said())),
        new Kind("another gate", (one, _) -> terms(one, Term.GATE)),
        new Kind("another version of the policies", (one, _) -> terms(one, Term.POLICY)),
        new Kind("another requirement", (one, _) -> terms(one, Term.REQUIREMENT)),
        new Kind("a later expiry", (one, _) -> terms(one, Term.EXPIRY)),
        new Kind("a time for a veto", (one, _) -> terms(one, Term.VETO)),
        new Kind("a time to ask more people", (one, _) -> terms(one, Term.ESCALATION)),
        new Kind("another approval digest", (one, _) -> terms(one, Term.DIGEST)));
  }

  private List<Kind> ofVotes() {
    return List.of(
        new Kind("nobody said anything", (one, _) -> one.with(List.<ApprovalDecision>of())),
        new Kind(
            "one approved less", (one, _) -> one.with(one.said().subList(1, one.said().size()))),
        new Kind("one approved twice", (one, _) -> one.with(twice(one))),
        new Kind("one rejected", (one, _) -> voted(one, Vote.REJECTED)),
        new Kind("one deferred", (one, _) -> voted(one, Vote.DEFERRED)),
        new Kind("its proposer approved", (one, _) -> voted(one, Vote.PROPOSER)),
        new Kind("whoever it was proposed for approved", (one, _) -> voted(one, Vote.BARRED)),
        new Kind("one approved in a role that is not asked", (one, _) -> voted(one, Vote.ROLE)),
        new Kind("one approved another action", (one, _) -> voted(one, Vote.ACTION)),
        new Kind("one approved other terms", (one, _) -> voted(one, Vote.TERMS)),
        new Kind("what was said about another", (one, other) -> one.with(other.said())));
  }

  private List<Kind> ofPlaces() {
    return List.of(
        new Kind("another proposal", (one, other) -> one.with(other.proposal())),
        new Kind("all rows at another tenant", (one, _) -> one.with(new TenantId(id()))),
        new Kind(
            "another case",
            (one, _) ->
                one.with(
                    ApprovedAction.proposal(
                        id(),
                        one.proposal().canonicalAction(),
                        one.proposal().actionDigest(),
                        ApprovedAction.AGENT))),
        new Kind(
            "the transition has another gate",
            (one, _) -> one.with(ApprovedAction.claim("another", "\"handler\": \"transition\""))),
        new Kind(
            "the transition is carried out otherwise",
            (one, _) ->
                one.with(
                    ApprovedAction.claim(
                        "payout",
                        "\"handler\": \"http\", \"call\": {\"url\": \"https://example.com/\"}"))));
  }

  private static ProposedAction action(ApprovedAction of) {
    return of.proposal().action().orElseThrow();
  }

  /// Another action with a digest that fits it, on the approval that was given.
  private static ApprovedAction forged(
      ApprovedAction one, long caseVersion, Action action, int workflowVersion) {
    var was = action(one);
    var forged =
        new ProposedAction(
            was.tenant(), was.caseId(), caseVersion, was.workflow(), workflowVersion, action);
    return one.with(
        ApprovedAction.proposal(
            was.caseId(), ApprovedAction.text(forged), forged.digest(), ApprovedAction.AGENT));
  }

  private static ApprovedAction text(ApprovedAction one, String text) {
    Proposal was = one.proposal();
    return one.with(
        ApprovedAction.proposal(was.caseId(), text, was.actionDigest(), ApprovedAction.AGENT));
  }

  private String replaced(ApprovedAction one) {
    var text = one.proposal().canonicalAction();
    int at = random.nextInt(text.length());
    char now = (char) (' ' + random.nextInt(95));
    return text.substring(0, at) + (now == text.charAt(at) ? '~' : now) + text.substring(at + 1);
  }

  private String shortened(ApprovedAction one) {
    var text = one.proposal().canonicalAction();
    int at = random.nextInt(text.length());
    return text.substring(0, at) + text.substring(at + 1);
  }

  private enum Term {
    GATE,
    POLICY,
    REQUIREMENT,
    EXPIRY,
    VETO,
    ESCALATION,
    DIGEST
  }

  private ApprovedAction terms(ApprovedAction one, Term term) {
    var of = one.approval();
    var about = (About.OfProposal) of.about();
    var soon = ApprovedAction.NOON.plusSeconds(random.nextInt(1_000_000)).plusNanos(1_000);
    return one.with(
        new ApprovalRequest(
            of.id(),
            term == Term.GATE
                ? new About.OfProposal(about.proposalId(), "gate", about.handlerVersion())
                : about,
            of.state(),
            term == Term.POLICY ? of.policyVersion() + 1 + random.nextInt(9) : of.policyVersion(),
            // Weaker in that another role is enough, and one person.
            term == Term.REQUIREMENT
                ? ApprovalRequirement.ofOne(new TreeSet<>(List.of("agent", "reviewer")))
                : of.requirement(),
            of.barred(),
            term == Term.DIGEST ? OTHER_DIGEST : of.digest(),
            term == Term.EXPIRY ? soon : of.expiresAt(),
            term == Term.ESCALATION ? Optional.of(soon) : of.escalatesAt(),
            term == Term.VETO ? Optional.of(soon) : of.runsAt(),
            of.escalated(),
            of.createdAt()));
  }

  private static List<ApprovalDecision> twice(ApprovedAction one) {
    var said = new ArrayList<>(one.said());
    said.add(said.getFirst());
    return said;
  }

  private enum Vote {
    REJECTED,
    DEFERRED,
    PROPOSER,
    BARRED,
    ROLE,
    ACTION,
    TERMS
  }

  /// The first decision is another.
  private static ApprovedAction voted(ApprovedAction one, Vote vote) {
    var was = one.said().getFirst();
    var approver =
        switch (vote) {
          case PROPOSER -> ApprovedAction.AGENT.actor();
          case BARRED -> ApprovedAction.ASKED_FOR;
          case REJECTED, DEFERRED, ROLE, ACTION, TERMS -> was.approver();
        };
    var decision =
        switch (vote) {
          case REJECTED -> ApprovalDecision.REJECT;
          case DEFERRED -> ApprovalDecision.DEFER;
          case PROPOSER, BARRED, ROLE, ACTION, TERMS -> ApprovalDecision.APPROVE;
        };
    var said = new ArrayList<>(one.said());
    said.set(
        0,
        ApprovedAction.decision(
            approver,
            vote == Vote.ROLE ? "agent" : "reviewer",
            decision,
            vote == Vote.ACTION ? OTHER_DIGEST : was.actionDigest(),
            vote == Vote.TERMS ? OTHER_DIGEST : was.approvalDigest()));
    return one.with(said);
  }
}
