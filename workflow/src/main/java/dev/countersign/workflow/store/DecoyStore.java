package dev.countersign.workflow.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.DecoyVerdict;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.ProposalState;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// The decoys.
public final class DecoyStore {
  private static final String DEFERRALS = "workflow.decoy_deferral";

  /// So many wait at once: enough to be met, few enough not to be in the way.
  public static final int MOST_WAITING = 20;

  public void add(TenantTransaction transaction, Decoy decoy) {
    var proposal = decoy.proposal();
    var request = decoy.request();
    var about = about(request);
    Rows.update(
            transaction,
            """
            insert into workflow.decoy (tenant_id, decoy_id, proposal_id, trap_id, case_id, action, action_digest, mode_reasons,
              proposer, prediction, policy_version, decision, scope_site, scope_queue, scope_action, scope_role,
              gate, handler_version, requirement, barred, approval_digest, expires_at, escalates_at, created_at, nonce, model)
            values (:tenant, :id, :proposal_id, :trap_id, :case_id, :action, :action_digest, :mode_reasons,
              :proposer, :prediction, :policy_version, :decision, :scope_site, :scope_queue, :scope_action, :scope_role,
              :gate, :handler_version, :requirement, :barred, :approval_digest, :expires_at, :escalates_at, :created_at, :nonce, :model)
            """)
        .bind("id", request.id())
        .bind("proposal_id", proposal.id())
        .bind("trap_id", decoy.trapId())
        .bind("case_id", proposal.caseId())
        .bind("action", proposal.canonicalAction().getBytes(StandardCharsets.UTF_8))
        .bind("action_digest", proposal.actionDigest().bytes())
        .bind("mode_reasons", proposal.mode().json().toString())
        .bind("proposer", proposal.principal().id())
        .bind("prediction", proposal.prediction().json().toString())
        .bind("policy_version", proposal.policyVersion())
        .bind("decision", proposal.decision().toString())
        .bind("scope_site", proposal.scope().site())
        .bind("scope_queue", proposal.scope().queue())
        .bind("scope_action", proposal.scope().actionType())
        .bind("scope_role", proposal.scope().roleContext())
        .bind("gate", about.gate())
        .bind("handler_version", about.handlerVersion())
        .bind("requirement", request.requirement().json().toString())
        .bindArray("barred", String.class, List.copyOf(request.barred()))
        .bind("approval_digest", request.digest().bytes())
        .bind("expires_at", Rows.timestamp(request.expiresAt()))
        .bind("escalates_at", Rows.timestamp(request.escalatesAt()))
        .bind("created_at", Rows.timestamp(request.createdAt()))
        .bind("nonce", decoy.nonce())
        .bind("model", proposal.model().orElse(null))
        .later();
  }

  private static ApprovalRequest.About.OfProposal about(ApprovalRequest request) {
    return switch (request.about()) {
      case ApprovalRequest.About.OfProposal about -> about;
      case ApprovalRequest.About.OfDecision _ ->
          throw new IllegalArgumentException("a decoy looks like a proposal");
    };
  }

  public Optional<Decoy> read(TenantTransaction transaction, UUID id) {
    return one(transaction, "decoy_id = :id", id);
  }

  /// Reads one and keeps everybody else from changing it.
  public Optional<Decoy> lock(TenantTransaction transaction, UUID id) {
    return one(transaction, "decoy_id = :id for update", id);
  }

  /// The one that waits and is shown under this proposal's id.
  public Optional<Decoy> waitingAs(TenantTransaction transaction, UUID proposalId) {
    return one(transaction, "proposal_id = :id and verdict is null", proposalId);
  }

  private static Optional<Decoy> one(TenantTransaction transaction, String which, UUID id) {
    return Rows.query(
            transaction, "select * from workflow.decoy where tenant_id = :tenant and " + which)
        .bind("id", id)
        .map((row, _) -> stored(row))
        .findOne();
  }

  /// All that wait, newest first; never more than a few beyond [#MOST_WAITING].
  public List<Decoy> waiting(TenantTransaction transaction) {
    return Rows.query(
            transaction,
            """
            select * from workflow.decoy where tenant_id = :tenant and verdict is null
            order by decoy_id desc limit :most
            """)
        .bind("most", 2 * MOST_WAITING)
        .map((row, _) -> stored(row))
        .list();
  }

  /// Those that wait on a case, locked, oldest first; asked for with the next statement. The case
  /// MUST be locked before.
  public Query.Rows<Decoy> lockOfCaseAhead(TenantTransaction transaction, UUID caseId) {
    return Rows.query(
            transaction,
            """
            select * from workflow.decoy where tenant_id = :tenant and case_id = :case and verdict is null
            order by decoy_id for update
            """)
        .bind("case", caseId)
        .map((row, _) -> stored(row))
        .ahead();
  }

  /// Keeps that somebody left it to others; it waits as before.
  public void defer(TenantTransaction transaction, ApprovalDecision said) {
    ApprovalStore.keep(transaction, DEFERRALS, said);
  }

  /// Who left it to others, in the order in which they did; nobody once it is revealed.
  public List<ApprovalDecision> deferrals(TenantTransaction transaction, UUID id) {
    return ApprovalStore.said(transaction, DEFERRALS, id).list();
  }

  /// Keeps how one ended that was locked and waited, and empties what it showed.
  public void end(TenantTransaction transaction, Decoy decoy, Decoy.End end) {
    Rows.update(
            transaction,
            "delete from workflow.decoy_deferral where tenant_id = :tenant and approval_id = :id")
        .bind("id", decoy.request().id())
        .later();
    Rows.update(
            transaction,
            """
            update workflow.decoy set verdict = :verdict, reviewer = :reviewer, decided_at = :at,
              action = ''::bytea, mode_reasons = '[]', prediction = '{}', decision = '{}'
            where tenant_id = :tenant and decoy_id = :id and verdict is null
            """)
        .bind("id", decoy.request().id())
        .bind("verdict", end.verdict().word())
        .bind("reviewer", end.reviewer().orElse(null))
        .bind("at", Rows.timestamp(end.at()))
        .laterOnce("decoy `" + decoy.request().id() + "` was not locked");
  }

  private static Decoy stored(ResultSet row) throws SQLException {
    var verdict = row.getString("verdict");
    var end =
        verdict == null
            ? Optional.<Decoy.End>empty()
            : Optional.of(
                new Decoy.End(
                    DecoyVerdict.read(verdict),
                    Optional.ofNullable(row.getString("reviewer")),
                    Rows.time(row, "decided_at")));
    return new Decoy(
        proposal(row), request(row), Rows.uuid(row, "trap_id"), row.getString("nonce"), end);
  }

  private static Proposal proposal(ResultSet row) throws SQLException {
    var mode = ComposedMode.read(Rows.array(row, "mode_reasons"));
    return new Proposal(
        Rows.uuid(row, "proposal_id"),
        Rows.uuid(row, "case_id"),
        new String(row.getBytes("action"), StandardCharsets.UTF_8),
        Rows.digest(row, "action_digest"),
        ProposalState.PENDING,
        mode,
        Optional.empty(),
        new Principal(
            new TenantId(Rows.uuid(row, "tenant_id")),
            Principal.Kind.API_KEY,
            row.getString("proposer"),
            "",
            new TreeSet<>(),
            row.getString("scope_site"),
            0),
        Prediction.read(Rows.object(row, "prediction")),
        JsonObject.EMPTY,
        JsonObject.EMPTY,
        row.getInt("policy_version"),
        Rows.object(row, "decision"),
        new ScopeKey(
            row.getString("scope_site"),
            row.getString("scope_queue"),
            row.getString("scope_action"),
            row.getString("scope_role")),
        Rows.time(row, "expires_at"),
        Rows.time(row, "created_at"),
        Optional.<Instant>empty(),
        Optional.empty(),
        Optional.empty(),
        mode.reasons().contains(ComposedMode.AUDIT),
        Optional.ofNullable(row.getString("model")));
  }

  private static ApprovalRequest request(ResultSet row) throws SQLException {
    return new ApprovalRequest(
        Rows.uuid(row, "decoy_id"),
        new ApprovalRequest.About.OfProposal(
            Rows.uuid(row, "proposal_id"), row.getString("gate"), row.getString("handler_version")),
        ApprovalState.PENDING,
        row.getInt("policy_version"),
        ApprovalRequirement.read(Rows.object(row, "requirement")),
        Rows.names(row, "barred"),
        Rows.digest(row, "approval_digest"),
        Rows.time(row, "expires_at"),
        Rows.optionalTime(row, "escalates_at"),
        Optional.empty(),
        false,
        Rows.time(row, "created_at"));
  }
}
