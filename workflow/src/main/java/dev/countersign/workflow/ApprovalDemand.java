package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a policy asks for besides what a transition asks for: the arguments of an obligation
/// [#OBLIGATION] of a policy that requires approval.
///
/// ```json
/// {"name": "approval", "arguments": {"roles": ["approver:compliance"], "veto_roles": []}}
/// ```
///
/// @param quorum without roles: at least so many of the transition's own approvers
/// @param group with roles: people whom the transition does not ask
public record ApprovalDemand(
    int quorum, Optional<ApproverGroup> group, SortedSet<String> vetoRoles, boolean fourEyes) {

  /// The obligation that carries it.
  public static final String OBLIGATION = "approval";

  public ApprovalDemand {
    vetoRoles = Collections.unmodifiableSortedSet(new TreeSet<>(vetoRoles));
  }

  /// Reads the arguments; throws [Refusal.Invalid] if they are not understood. Then nobody knows
  /// who has to agree, and whoever asks MUST refuse.
  public static ApprovalDemand read(JsonObject arguments) {
    var fields = Fields.of(arguments);
    int quorum =
        fields.optionalInteger("quorum", 1, ApproverGroup.LARGEST_QUORUM).orElse(1L).intValue();
    var roles = roles(fields, "roles");
    var vetoRoles = roles(fields, "veto_roles");
    boolean fourEyes = fields.optionalTruth("four_eyes").orElse(false);
    fields.done();
    return roles.isEmpty()
        ? new ApprovalDemand(quorum, Optional.empty(), vetoRoles, fourEyes)
        : new ApprovalDemand(1, Optional.of(new ApproverGroup(roles, quorum)), vetoRoles, fourEyes);
  }

  private static SortedSet<String> roles(Fields fields, String name) {
    var roles = new TreeSet<>(fields.strings(name, ApprovalRequirement.MOST_ROLES, Word.LONGEST));
    for (var role : roles) {
      if (!Word.isRole(role)) {
        fields.problem(name, "wrong_value", "`" + role + "`: " + ApprovalReader.NO_ROLE);
      }
    }
    return roles;
  }
}
