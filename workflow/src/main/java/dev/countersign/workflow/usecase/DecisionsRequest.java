package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Several decisions of one person in one call, each about another request and each naming both of
/// its digests: among many, nobody may agree to terms that he was not shown.
///
/// @param items in the order in which they are decided and answered
public record DecisionsRequest(List<Item> items) {

  /// More at once are not read by anybody.
  public static final int MOST = 100;

  /// One of them.
  public record Item(UUID approvalId, DecisionRequest decision) {}

  public DecisionsRequest {
    items = List.copyOf(items);
  }

  /// Reads `{decisions: [{approval_id, decision, action_digest, approval_digest, reason?}]}`;
  /// throws `Refusal.Invalid` with every problem.
  public static DecisionsRequest parse(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    if (fields.any("decisions").filter(given -> !given.equals(Json.NULL)).isEmpty()) {
      fields.problem("decisions", "missing", "is required");
    }
    var items = new ArrayList<Item>();
    var ids = new LinkedHashSet<UUID>();
    for (var each : fields.nestedList("decisions", MOST)) {
      var id = each.uuid("approval_id");
      var approvalDigest = each.digest("approval_digest");
      items.add(new Item(id, DecisionRequest.read(each, Optional.of(approvalDigest), profile)));
      if (!ids.add(id)) {
        each.problem("approval_id", "duplicate", "is decided by another item of this call");
      }
      each.closed();
    }
    fields.done();
    return new DecisionsRequest(items);
  }
}
