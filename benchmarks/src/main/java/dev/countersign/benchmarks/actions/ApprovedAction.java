package dev.countersign.benchmarks.actions;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.trust.ScopeKey;
import dev.countersign.workflow.ApprovalRequirement;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ApprovalTerms;
import dev.countersign.workflow.ApproverGroup;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.usecase.Bound;
import dev.countersign.workflow.usecase.Countersigned;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// What is stored of one approved proposal, and who would carry it out.
///
/// @param executor the tenant for which it would be carried out
/// @param said what people said about it
/// @param definition the only version of a workflow that the tenant has
record ApprovedAction(
    TenantId executor,
    Proposal proposal,
    ApprovalRequest approval,
    List<ApprovalDecision> said,
    WorkflowDefinition definition) {
  static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  static final TenantId TENANT = new TenantId(id(1));
  static final Principal AGENT = principal("ck_agent");
  static final String ASKED_FOR = "user:asked_for";

  static final WorkflowDefinition CLAIM = claim("payout", "\"handler\": \"transition\"");

  ApprovedAction {
    said = List.copyOf(said);
  }

  /// What an execution asks before anything else, in the product's own code.
  boolean executes() {
    return Bound.of(executor, proposal, approval, this::version).isPresent()
        && Countersigned.exactly(proposal, approval, said, NOON);
  }

  private Optional<WorkflowDefinition> version(String key, int version) {
    return Optional.of(definition)
        .filter(each -> each.key().equals(key) && each.version() == version);
  }

  /// A definition of the claims workflow whose transitions have this gate and this handler.
  static WorkflowDefinition claim(String gate, String handler) {
    return WorkflowDefinition.parse(
        JsonReader.readObject(
            """
            {"key": "claim", "title": "Claim", "queues": [{"name": "review"}, {"name": "settled"}],
             "transitions": [
               {"type": "settle", "from": "review", "to": "settled", "gate": "%1$s", "approver_roles": ["reviewer"], %2$s},
               {"type": "refund", "from": "review", "to": "settled", "gate": "%1$s", "approver_roles": ["reviewer"], %2$s}]}
            """
                .formatted(gate, handler)),
        1);
  }

  /// Proposed, and approved by as many reviewers as are asked for.
  static ApprovedAction of(ProposedAction action, int policyVersion, int people, Instant expiry) {
    var terms =
        new ApprovalTerms(
            action.digest(),
            policyVersion,
            "payout",
            "transition/1",
            new ApprovalRequirement(
                List.of(new ApproverGroup(new TreeSet<>(List.of("reviewer")), people)),
                people,
                new TreeSet<>(),
                false,
                new TreeSet<>()),
            expiry,
            Optional.empty(),
            Optional.empty());
    var said = new ArrayList<ApprovalDecision>();
    for (int i = 0; i < people; i++) {
      said.add(
          decision(
              "user:reviewer" + i,
              "reviewer",
              ApprovalDecision.APPROVE,
              action.digest(),
              terms.digest()));
    }
    return new ApprovedAction(
        action.tenant(),
        proposal(action.caseId(), text(action), action.digest(), AGENT),
        request(terms),
        said,
        CLAIM);
  }

  ApprovedAction with(Proposal changed) {
    return new ApprovedAction(executor, changed, approval, said, definition);
  }

  ApprovedAction with(ApprovalRequest changed) {
    return new ApprovedAction(executor, proposal, changed, said, definition);
  }

  ApprovedAction with(List<ApprovalDecision> changed) {
    return new ApprovedAction(executor, proposal, approval, changed, definition);
  }

  ApprovedAction with(WorkflowDefinition changed) {
    return new ApprovedAction(executor, proposal, approval, said, changed);
  }

  ApprovedAction with(TenantId changed) {
    return new ApprovedAction(changed, proposal, approval, said, definition);
  }

  static ApprovalDecision decision(
      String approver, String role, String decision, Digest action, Digest approval) {
    return new ApprovalDecision(
        id(2),
        id(3),
        approver,
        approver,
        Optional.empty(),
        Optional.empty(),
        new TreeSet<>(List.of(role)),
        true,
        decision,
        "",
        action,
        approval,
        NOON,
        Optional.empty());
  }

  static String text(ProposedAction action) {
    return new String(action.bytes(), StandardCharsets.UTF_8);
  }

  static Proposal proposal(UUID caseId, String text, Digest digest, Principal proposer) {
    return new Proposal(
        id(4),
        caseId,
        text,
        digest,
        ProposalState.APPROVED,
        new ComposedMode(List.of(ComposedMode.trust(Mode.PROPOSE))),
        Optional.empty(),
        proposer,
        Prediction.NONE,
        JsonObject.EMPTY,
        JsonObject.EMPTY,
        1,
        JsonObject.EMPTY,
        new ScopeKey(Principal.DEFAULT_SITE, "review", "settle", ScopeKey.ANY),
        NOON,
        NOON,
        Optional.empty(),
        Optional.of(ASKED_FOR),
        Optional.empty(),
        false,
        Optional.empty());
  }

  private static ApprovalRequest request(ApprovalTerms terms) {
    SortedSet<String> barred = new TreeSet<>(List.of(AGENT.actor(), ASKED_FOR));
    return new ApprovalRequest(
        id(3),
        new About.OfProposal(id(4), terms.gate(), terms.handlerVersion()),
        ApprovalState.APPROVED,
        terms.policyVersion(),
        terms.requirement(),
        barred,
        terms.digest(),
        terms.expiresAt(),
        terms.escalatesAt(),
        terms.runsAt(),
        false,
        NOON);
  }

  static Principal principal(String key) {
    return new Principal(
        TENANT, Principal.Kind.API_KEY, key, key, new TreeSet<>(), Principal.DEFAULT_SITE, 1);
  }

  private static UUID id(long number) {
    return new UUID(0x7000L, Long.MIN_VALUE + number);
  }
}
