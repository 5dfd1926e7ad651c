package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.EntryWalk.Found;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.policy.Request;
import dev.countersign.policy.check.AccessScope;
import dev.countersign.policy.check.AccessSubmission;
import dev.countersign.policy.check.ApprovedBy;
import dev.countersign.policy.check.EvaluationAnswer;
import dev.countersign.policy.log.LoggedDecision;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.store.AccessTaskStore;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.ApprovalStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// An enforcement point asks people for what an evaluation denied, follows the request, and comes
/// back with the approval (OpenID AuthZEN Access Request and Approval Profile, Draft 1). The
/// request is one as a check makes it, in the same inbox.
///
/// What was denied is read from the log, never believed; who submits MUST be the one that
/// evaluated.
public final class RequestAccess {
  private static final int DEPTH = 64;

  private final TenantTransactions transactions;
  private final EntryScan entries;
  private final RequestApproval requests;
  private final Clock clock;
  private final ApprovalStore approvals = new ApprovalStore();
  private final AccessTaskStore tasks = new AccessTaskStore();

  public RequestAccess(
      TenantTransactions transactions, EntryScan entries, RequestApproval requests, Clock clock) {
    this.transactions = transactions;
    this.entries = entries;
    this.requests = requests;
    this.clock = clock;
  }

  /// What came of a submission.
  public sealed interface Submitted {
    /// People are asked, or were already.
    record Asked(AccessTask task) implements Submitted {}

    /// What was evaluated can't be requested: it was no requirement of approval.
    record NotRequestable() implements Submitted {}

    /// It was evaluated too long ago.
    record Late() implements Submitted {}

    /// It is not what was evaluated, or not by this caller.
    record Unbound() implements Submitted {}
  }

  public Submitted submit(Call call, AccessSubmission submission) {
    var found =
        submission
            .evaluationId()
            .flatMap(id -> entries.one(call.principal(), id, LoggedDecision.ACTION));
    if (found.isEmpty() || found.get().content().isEmpty()) {
      return new Submitted.Unbound();
    }
    var entry = (JsonObject) JsonReader.read(found.get().content().get(), DEPTH);
    var details = entry.object("details").orElse(JsonObject.EMPTY);
    boolean own =
        entry.text("actor").equals(Optional.of(call.principal().actor()))
            && details.text("decision_id").equals(submission.evaluationId().map(UUID::toString));
    if (!own) {
      return new Submitted.Unbound();
    }
    var scope = details.object("access_scope");
    if (scope.isEmpty() || details.object("approved_by").isPresent()) {
      return new Submitted.NotRequestable();
    }
    var asked = scope(call.principal(), submission, scope.get());
    if (!scope.get().text("digest").equals(Optional.of(asked.digest().hex()))) {
      return new Submitted.Unbound();
    }
    if (!clock.instant().isBefore(found.get().time().plus(EvaluationAnswer.REQUESTABLE))) {
      return new Submitted.Late();
    }
    var id = requests.requestAccess(call, required(found.get(), details), asked.digest());
    return new Submitted.Asked(task(call.principal(), id).orElseThrow());
  }

  private static AccessScope scope(
      Principal caller, AccessSubmission submission, JsonObject recorded) {
    var members = new TreeSet<String>();
    for (var item : recorded.items("members")) {
      if (item instanceof JsonString(var name)) {
        members.add(name);
      }
    }
    return submission.scope(caller, members);
  }

  private static RequestApproval.Required required(Found found, JsonObject details) {
    return new RequestApproval.Required(
        UUID.fromString(details.text("decision_id").orElseThrow()),
        found.correlationId(),
        found.logIndex(),
        details.number("policy_version").orElseThrow().intValue(),
        Request.from(details.object("request").orElseThrow()));
  }

  /// A request of this caller's that came this way; empty for anybody else's.
  public Optional<AccessTask> task(Principal caller, UUID id) {
    return transactions.run(
        caller,
        Rules.READ,
        transaction ->
            approvals
                .read(transaction, id)
                .filter(request -> ofCaller(request, caller))
                .filter(request -> tasks.scope(transaction, id).isPresent())
                .map(request -> task(transaction, request)));
  }

  private static boolean ofCaller(ApprovalRequest request, Principal caller) {
    return request.about() instanceof About.OfDecision about
        && about.asker().equals(caller.actor());
  }

  private AccessTask task(TenantTransaction transaction, ApprovalRequest request) {
    var state = request.stateAt(clock.instant());
    return new AccessTask(
        request.id(), status(state), request.expiresAt(), approvedAt(transaction, request, state));
  }

  private static AccessTask.Status status(ApprovalState state) {
    return switch (state) {
      case PENDING -> AccessTask.Status.PENDING;
      case APPROVED -> AccessTask.Status.APPROVED;
      case REJECTED -> AccessTask.Status.DENIED;
      case EXPIRED -> AccessTask.Status.EXPIRED;
      case WITHDRAWN, SUPERSEDED, LAPSED -> AccessTask.Status.CANCELLED;
    };
  }

  private Optional<Instant> approvedAt(
      TenantTransaction transaction, ApprovalRequest request, ApprovalState state) {
    return state == ApprovalState.APPROVED
        ? approvals.decisions(transaction, request.id()).stream()
            .filter(ApprovalDecision::approves)
            .map(ApprovalDecision::decidedAt)
            .reduce((_, later) -> later)
        : Optional.empty();
  }

  /// The approval that an evaluation refers to, if it is one, of this caller, for exactly this, and
  /// good now. An approval is never taken back once it is given, it only ends; so what this says
  /// holds until `ApprovedBy#until`.
  public Optional<ApprovedBy> applicable(Principal caller, String reference, Digest scope) {
    var id = Ids.parse(reference);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    return transactions.run(
        caller.tenant(),
        Rules.READ,
        transaction ->
            approvals
                .read(transaction, id.get())
                .filter(request -> ofCaller(request, caller))
                .filter(request -> request.stateAt(clock.instant()) == ApprovalState.APPROVED)
                .filter(_ -> tasks.scope(transaction, id.get()).equals(Optional.of(scope)))
                .map(request ->
                    new ApprovedBy(request.id(), request.digest(), request.expiresAt())));
  }
}
