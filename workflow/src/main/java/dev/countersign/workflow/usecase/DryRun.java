package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Difference;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ModeReason;
import dev.countersign.workflow.store.DefinitionStore;
import java.io.Serial;
import java.util.List;
import java.util.Optional;

/// Says what would come of a proposal, with every check, and changes nothing.
///
/// It runs what [Propose] runs, in a transaction that is always undone, so the two can't come to
/// differ. What chance would say is not known before somebody proposes: a draw of a dry run is
/// undone with it. What was agreed to beforehand ([UseGrants]) is not asked either.
public final class DryRun {
  private final Ledger ledger;
  private final Propose propose;
  private final DefinitionStore definitions = new DefinitionStore();

  public DryRun(Ledger ledger, Propose propose) {
    this.ledger = ledger;
    this.propose = propose;
  }

  /// Carries the answer out of the transaction, and undoes it.
  private static final class Tried extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    private final transient JsonObject answer;

    Tried(JsonObject answer) {
      super("a dry run is undone", null, false, false);
      this.answer = answer;
    }
  }

  /// The answer has `would`: nothing, wait_for_people, run_after_veto or run; with the mode, its
  /// reasons, who would have to agree, and the effect.
  public JsonObject tryOut(Call call, ProposalRequest request) {
    try {
      ledger.transact(
          new Call(call.principal(), call.traceId(), call.source(), Optional.empty()),
          new Attempt("proposal.created", "case", request.caseId().toString()),
          Rules.APPLY,
          transaction -> {
            throw new Tried(answer(transaction, request));
          });
    } catch (Tried tried) {
      return tried.answer;
    }
    throw new IllegalStateException("a dry run was not undone");
  }

  private JsonObject answer(LedgerTransaction transaction, ProposalRequest request) {
    try {
      return considered(transaction, propose.proposing().consider(transaction, request));
    } catch (Refusal.Conflict meaningless) {
      var answer =
          Json.object()
              .put("would", "nothing")
              .put("mode", "blocked")
              .put(
                  "problem",
                  Json.object()
                      .put("code", meaningless.code())
                      .put("message", String.valueOf(meaningless.getMessage()))
                      .build());
      if (!meaningless.reasons().isEmpty()) {
        answer.put("mode_reasons", blocking(meaningless.reasons()));
      }
      return answer.build();
    }
  }

  private JsonObject considered(LedgerTransaction transaction, Proposing.Considered considered) {
    var weighed = considered.weighed();
    var subject = considered.subject();
    var definition =
        definitions
            .version(transaction.tenant(), subject.workflow(), subject.workflowVersion())
            .orElseThrow();
    var after = subject.moved(definition, considered.transition());
    return Json.object()
        .put("would", would(weighed))
        .put("mode", weighed.mode().mode().word())
        .put("mode_reasons", weighed.mode().json())
        .put("decision", PolicyView.json(weighed.decision(), weighed.policyVersion()))
        .put(
            "predictions",
            weighed.mode().hidesPredictions() ? Json.NULL : considered.expected().json())
        .put("requirement", weighed.requirement().json())
        .put("before", subject.position())
        .put("after", after.position())
        .put("diff", Difference.of(subject.position(), after.position()))
        .put("reversible", considered.transition().reversible())
        .build();
  }

  private static Json blocking(List<Violation> reasons) {
    return new ComposedMode(
            reasons.stream()
                .map(reason -> new ModeReason(reason.code(), Mode.BLOCKED, reason.message()))
                .toList())
        .json();
  }

  private static String would(Weighing.Weighed weighed) {
    return switch (weighed.mode().mode()) {
      case BLOCKED -> "nothing";
      case OBSERVE, PROPOSE -> "wait_for_people";
      case GUARDED_AUTO -> "run_after_veto";
      case CONDITIONAL_AUTO, FULL_AUTO -> "run";
    };
  }
}
