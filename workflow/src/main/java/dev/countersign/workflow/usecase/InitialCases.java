package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Pack;
import dev.countersign.workflow.store.CaseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The cases that a pack begins with.
final class InitialCases {
  private final OpenCase open;
  private final CaseStore cases;

  InitialCases(OpenCase open, CaseStore cases) {
    this.open = open;
    this.cases = cases;
  }

  /// One of them as it stands.
  ///
  /// @param subject as `GET /v1/cases/{id}` shows it
  /// @param fresh whether it was opened just now
  record Standing(JsonObject subject, boolean fresh) {
    JsonObject json() {
      return Json.object()
          .put("case_id", subject.text("case_id").orElseThrow())
          .put("reference", subject.text("reference").orElseThrow())
          .put("queue", subject.text("queue").orElseThrow())
          .put("state", subject.text("state").orElseThrow())
          .put("opened", fresh)
          .build();
    }
  }

  /// Opens those whose reference nobody has taken; the others stay wherever they are.
  List<Standing> complete(LedgerTransaction transaction, Pack pack) {
    var standing = new ArrayList<Standing>();
    for (var initial : pack.cases()) {
      var known = cases.lockNamed(transaction.tenant(), pack.workflow().key(), initial.reference());
      standing.add(
          known
              .map(subject -> new Standing(subject.json(), false))
              .orElseGet(() -> open(transaction, pack, initial)));
    }
    return standing;
  }

  Standing open(LedgerTransaction transaction, Pack pack, Pack.InitialCase initial) {
    var request =
        new OpenCase.Request(
            pack.workflow().key(),
            Optional.of(initial.reference()),
            Optional.empty(),
            Optional.of(initial.queue()),
            initial.attributes(),
            initial.tasks().stream()
                .map(task -> new OpenTask.Request(task, Optional.empty()))
                .toList(),
            Optional.empty());
    return new Standing(open.open(transaction, request), true);
  }
}
