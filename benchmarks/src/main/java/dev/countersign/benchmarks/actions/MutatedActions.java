package dev.countersign.benchmarks.actions;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.trust.ScopeKey;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ApprovalTerms;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.Proposal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;

/// Approves actions and changes what is stored of them in every way that we know: the bytes of the
/// action, its digest, the terms that were agreed to, or the approval of another. None may be bound
/// to its approval any more, which an execution asks first.
///
/// Some changes recompute the digests that a forger could recompute. What no change here does is to
/// forge the approval digest together with the decisions that name it.
final class MutatedActions {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final int EACH = 1_000;
  private static final int KINDS = 13;

  private final SplittableRandom random;
  private final TenantId tenant = new TenantId(new UUID(0x7000L, Long.MIN_VALUE));
  private final long[] tried = new long[KINDS];
  private long bound;

  private MutatedActions(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /// @param args how many, and the seed
  public static void main(String[] args) {
    var mutations = new MutatedActions(Long.parseLong(args[1]));
    long count = Long.parseLong(args[0]);
    long started = System.nanoTime();
    for (long done = 0; done < count; done += EACH) {
      mutations.some();
    }
    System.out.printf(
        "%d mutated actions of %d kinds, seed %s: %d would execute; %.1f s%n",
        count, KINDS, args[1], mutations.bound, (System.nanoTime() - started) / 1e9);
    for (int kind = 0; kind < KINDS; kind++) {
      System.out.printf("  kind %2d: %d%n", kind, mutations.tried[kind]);
    }
    if (mutations.bound > 0) {
      throw new IllegalStateException("a mutated action would execute");
    }
  }

  /// What is stored of one proposal and of its request.
  private record Stored(Proposal proposal, ApprovalRequest approval) {
    boolean executes() {
      return proposal
          .action()
          .filter(action -> action.caseId().equals(proposal.caseId()))
          .filter(_ -> approval.binds(proposal.actionDigest(), "payout", "transition/1"))
          .isPresent();
    }
  }

  private void some() {
    var one = approved();
    var other = approved();
    if (!one.executes() || !other.executes()) {
      throw new IllegalStateException("an action as it was approved does not execute");
    }
    for (int i = 0; i < EACH; i++) {
      int kind = random.nextInt(KINDS);
      tried[kind]++;
      if (mutated(kind, one, other).executes()) {
        bound++;
      }
    }
  }

  private Stored approved() {
    var action =
        new ProposedAction(
            tenant,
            id(),
            1 + random.nextInt(1_000),
            "claim",
            1 + random.nextInt(9),
            new Action("settle", payload()));
    var terms =
        new ApprovalTerms(
            action.digest(),
            1 + random.nextInt(99),
            "payout",
            "transition/1",
            ApprovalRequirement.ofOne(new TreeSet<>(List.of("reviewer"))),
            NOON.plusSeconds(random.nextInt(1_000_000)),
            Optional.empty(),
            Optional.empty());
    return new Stored(proposal(action.caseId(), text(action), action.digest()), request(terms));
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

  private static String text(ProposedAction action) {
    return new String(action.bytes(), StandardCharsets.UTF_8);
  }

  private Stored mutated(int kind, Stored one, Stored other) {
    var proposal = one.proposal();
    var approval = one.approval();
    var action = proposal.action().orElseThrow();
    return switch (kind) {
      case 0 -> new Stored(withText(proposal, replaced(proposal.canonicalAction())), approval);
      case 1 -> new Stored(withText(proposal, shortened(proposal.canonicalAction())), approval);
      case 2 -> forged(one, new Action(action.action().type(), payload()), action.caseVersion());
      case 3 -> forged(one, action.action(), action.caseVersion() + 1 + random.nextInt(9));
      case 4 -> forged(one, new Action("refund", action.action().payload()), action.caseVersion());
      case 5 -> new Stored(proposal, other.approval());
      case 6 -> new Stored(withText(proposal, other.proposal().canonicalAction()), approval);
      case 7 -> new Stored(other.proposal(), approval);
      default -> new Stored(proposal, otherTerms(kind, approval));
    };
  }

  /// Another action with a digest that fits it, on the approval that was given.
  private Stored forged(Stored one, Action action, long caseVersion) {
    var was = one.proposal().action().orElseThrow();
    var forged =
        new ProposedAction(
            was.tenant(), was.caseId(), caseVersion, was.workflow(), was.workflowVersion(), action);
    return new Stored(proposal(was.caseId(), text(forged), forged.digest()), one.approval());
  }

  /// One character is another.
  private String replaced(String text) {
    int at = random.nextInt(text.length());
    char was = text.charAt(at);
    char now = (char) (' ' + random.nextInt(95));
    return text.substring(0, at) + (now == was ? '~' : now) + text.substring(at + 1);
  }

  private String shortened(String text) {
    int at = random.nextInt(text.length());
    return text.substring(0, at) + text.substring(at + 1);
  }

  private ApprovalRequest otherTerms(int kind, ApprovalRequest of) {
    var about = (About.OfProposal) of.about();
    var more = NOON.plusSeconds(random.nextInt(1_000_000)).plusNanos(1_000);
    return new ApprovalRequest(
        of.id(),
        kind == 8
            ? new About.OfProposal(about.proposalId(), "gate", about.handlerVersion())
            : about,
        of.state(),
        kind == 9 ? of.policyVersion() + 1 + random.nextInt(9) : of.policyVersion(),
        kind == 10 ? ApprovalRequirement.ofOne(new TreeSet<>(List.of("agent"))) : of.requirement(),
        of.barred(),
        of.digest(),
        kind == 11 ? more : of.expiresAt(),
        of.escalatesAt(),
        kind == 12 ? Optional.of(more) : of.runsAt(),
        of.escalated(),
        of.createdAt());
  }

  private static Proposal withText(Proposal of, String text) {
    return proposal(of.caseId(), text, of.actionDigest());
  }

  private static Proposal proposal(UUID caseId, String text, Digest digest) {
    return new Proposal(
        new UUID(0x7000L, Long.MIN_VALUE),
        caseId,
        text,
        digest,
        ProposalState.APPROVED,
        new ComposedMode(List.of(ComposedMode.trust(Mode.PROPOSE))),
        Optional.empty(),
        new Principal(
            new TenantId(new UUID(0x7000L, Long.MIN_VALUE)),
            Principal.Kind.API_KEY,
            "ck_agent",
            "agent",
            new TreeSet<>(),
            Principal.DEFAULT_SITE,
            1),
        Prediction.NONE,
        JsonObject.EMPTY,
        JsonObject.EMPTY,
        1,
        JsonObject.EMPTY,
        new ScopeKey(Principal.DEFAULT_SITE, "review", "settle", ScopeKey.ANY),
        NOON,
        NOON,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  private static ApprovalRequest request(ApprovalTerms terms) {
    return new ApprovalRequest(
        new UUID(0x7000L, Long.MIN_VALUE),
        new About.OfProposal(
            new UUID(0x7000L, Long.MIN_VALUE), terms.gate(), terms.handlerVersion()),
        ApprovalState.APPROVED,
        terms.policyVersion(),
        terms.requirement(),
        new TreeSet<>(),
        terms.digest(),
        terms.expiresAt(),
        terms.escalatesAt(),
        terms.runsAt(),
        false,
        NOON);
  }
}
