package dev.countersign.workflow.usecase;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.policy.Request;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.ApprovalRules;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.AskedQuestion;
import dev.countersign.workflow.QuestionTerms;
import dev.countersign.workflow.store.AccessTaskStore;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.ApprovalStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// Asks people about a decision that requires approval.
///
/// MUST be called after the decision is committed and before it is answered: then whoever is told
/// that a person has to agree is told which request to look at, and no request is about a decision
/// that nobody made.
///
/// The same question of the same asker waits once, however often he asks: he is given the request
/// that waits. Once it was decided or its time is over, asking again makes another one, because a
/// yes or a no is for what was asked then and not for what will be asked.
public final class RequestApproval {
  /// As long as a proposal's.
  public static final Duration EXPIRES = ApprovalRules.USUAL_EXPIRY;

  /// Nobody reads more. Beyond, whoever asks is told that people are not keeping up, instead of
  /// being given a request that nobody will look at.
  public static final int MOST_WAITING = 10_000;

  /// A tenth: one asker that varies his question does not close the inbox to all others.
  public static final int MOST_WAITING_OF_ONE = 1_000;

  /// Who may decide: whoever may decide at all and is not set apart for certain gates.
  private static final ApprovalRequirement APPROVERS =
      ApprovalRequirement.ofOne(new TreeSet<>(List.of(Roles.REVIEWER)));

  /// A request that is decided in the very moment in which it is joined, three times in a row.
  private static final int MOST_ATTEMPTS = 3;

  private final Ledger ledger;
  private final ApprovalStore approvals = new ApprovalStore();
  private final AccessTaskStore tasks = new AccessTaskStore();
  private final QuestionEnding ending = new QuestionEnding();

  public RequestApproval(Ledger ledger) {
    this.ledger = ledger;
  }

  /// A decision that requires approval, as it is recorded.
  ///
  /// @param logIndex where the ledger holds it
  /// @param request all that the policies could read
  public record Required(
      UUID decisionId, UUID correlationId, long logIndex, int policyVersion, Request request) {}

  /// The id of the request to look at; `call` is the asker's.
  ///
  /// Throws what [Ledger#transact] throws, and `Refusal.Conflict` if too many requests wait. Either
  /// way the decision stays recorded, and nobody may be told that a person was asked.
  public UUID request(Call call, Required required) {
    return request(call, required, Optional.empty());
  }

  /// The same for an enforcement point, whose approval is for exactly `scope`.
  UUID requestAccess(Call call, Required required, Digest scope) {
    return request(call, required, Optional.of(scope));
  }

  private UUID request(Call call, Required required, Optional<Digest> scope) {
    var recorded =
        ledger.transact(
            call,
            new Attempt(
                "approval.requested",
                "decision",
                required.decisionId().toString(),
                Optional.of(required.correlationId())),
            Rules.APPLY,
            transaction -> {
              var answer = request(transaction, required);
              scope.ifPresent(exactly ->
                  tasks.add(
                      transaction.tenant(),
                      UUID.fromString(answer.text("approval_id").orElseThrow()),
                      exactly,
                      transaction.now()));
              return answer;
            });
    return UUID.fromString(recorded.answer().text("approval_id").orElseThrow());
  }

  private JsonObject request(LedgerTransaction transaction, Required required) {
    var tenant = transaction.tenant();
    var asker = transaction.principal().actor();
    var question = new AskedQuestion(tenant.tenant(), required.request()).digest();
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      var waiting = approvals.pendingOf(tenant, asker, question);
      if (waiting.isPresent() && !waiting.get().expired(transaction.now())) {
        return answer(waiting.get().id());
      }
      // The timer comes four times a second; who asks in between does not wait for it.
      waiting
          .flatMap(over -> approvals.lock(tenant, over.id()))
          .filter(over -> over.state() == ApprovalState.PENDING)
          .ifPresent(over -> ending.expire(transaction, over));
      refuseTooMany(transaction, asker);
      var about =
          new About.OfDecision(
              required.decisionId(),
              required.correlationId(),
              required.logIndex(),
              asker,
              question);
      var approval = approval(transaction, about, required.policyVersion());
      if (approvals.add(tenant, approval)) {
        record(transaction, approval, about);
        return answer(approval.id());
      }
    }
    throw new LedgerFailure.Overloaded();
  }

  /// Counted without a lock, so those who ask at once may pass the bound by as many as they are.
  private void refuseTooMany(LedgerTransaction transaction, String asker) {
    var tenant = transaction.tenant();
    if (approvals.pendingAboutDecisions(tenant, Optional.of(asker), MOST_WAITING_OF_ONE)
        >= MOST_WAITING_OF_ONE) {
      throw tooMany(MOST_WAITING_OF_ONE, "requests of this asker");
    }
    if (approvals.pendingAboutDecisions(tenant, Optional.empty(), MOST_WAITING) >= MOST_WAITING) {
      throw tooMany(MOST_WAITING, "requests");
    }
  }

  private static Refusal.Conflict tooMany(int most, String what) {
    return new Refusal.Conflict(
        "too_many_approvals",
        "%d %s wait for a person; ask again when some are decided or have expired"
            .formatted(most, what));
  }

  private static ApprovalRequest approval(
      LedgerTransaction transaction, About.OfDecision about, int policyVersion) {
    var terms =
        new QuestionTerms(
            about.question(),
            about.decisionId(),
            policyVersion,
            APPROVERS,
            transaction.now().plus(EXPIRES));
    return new ApprovalRequest(
        transaction.newId(),
        about,
        ApprovalState.PENDING,
        policyVersion,
        APPROVERS,
        new TreeSet<>(List.of(about.asker())),
        terms.digest(),
        terms.expiresAt(),
        Optional.empty(),
        Optional.empty(),
        false,
        transaction.now());
  }

  private static void record(
      LedgerTransaction transaction, ApprovalRequest approval, About.OfDecision about) {
    transaction.record(
        "approval.requested",
        "approval",
        approval.id().toString(),
        about.correlationId(),
        Json.object()
            .put("decision_id", about.decisionId().toString())
            .put("decision_index", about.logIndex())
            .put("action_digest", about.question().hex())
            .put("approval_digest", approval.digest().hex())
            .put("approver_roles", Json.strings(approval.requirement().approverRoles(false)))
            .put("policy_version", approval.policyVersion())
            .put("expires_at", approval.expiresAt().toString())
            .build());
  }

  private static JsonObject answer(UUID approvalId) {
    return Json.object().put("approval_id", approvalId.toString()).build();
  }
}
