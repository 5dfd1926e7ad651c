package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Reads who has to agree to a transition: `approver_roles` and, where that is not all, `approval`.
final class ApprovalReader {
  static final String NO_ROLE = "must be a role such as `reviewer` or `approver:pharmacist`";

  private final List<BusinessCalendar> calendars;

  ApprovalReader(List<BusinessCalendar> calendars) {
    this.calendars = calendars;
  }

  /// Empty if something is wrong with it; the problem is noted.
  Optional<ApprovalRules> read(Fields transition) {
    var roles = roles(transition, "approver_roles", true);
    var nested = transition.optionalNested("approval");
    if (nested.isEmpty()) {
      return roles
          .map(ApprovalRequirement::ofOne)
          .map(one ->
              new ApprovalRules(
                  one,
                  false,
                  ApprovalRules.USUAL_EXPIRY,
                  ApprovalRules.USUAL_VETO,
                  Optional.empty(),
                  Optional.empty()));
    }
    var fields = nested.get();
    var quorum = quorum(fields);
    var groups = new ArrayList<ApproverGroup>();
    roles.ifPresent(named -> groups.add(new ApproverGroup(named, quorum)));
    boolean sound = roles.isPresent();
    for (var also : fields.nestedList("also", ApprovalRequirement.MOST_GROUPS - 1)) {
      var others = roles(also, "roles", true);
      int theirs = quorum(also);
      also.closed();
      others.ifPresent(named -> groups.add(new ApproverGroup(named, theirs)));
      sound &= others.isPresent();
    }
    int needed = groups.stream().mapToInt(ApproverGroup::quorum).sum();
    var of = fields.optionalInteger("of", needed, ApprovalRequirement.MOST_OF).map(Long::intValue);
    var vetoes = roles(fields, "veto_roles", false);
    var fourEyes = fields.optionalTruth("four_eyes").orElse(false);
    var always = fields.optionalTruth("always").orElse(false);
    var expires = seconds(fields, "expires_seconds").orElse(ApprovalRules.USUAL_EXPIRY);
    var veto = seconds(fields, "veto_seconds").orElse(ApprovalRules.USUAL_VETO);
    if (veto.compareTo(expires) >= 0) {
      fields.problem("veto_seconds", "wrong_value", "must be less than `expires_seconds`");
      sound = false;
    }
    var escalation = escalation(fields);
    var calendar = calendar(fields);
    fields.closed();
    if (!sound || vetoes.isEmpty()) {
      return Optional.empty();
    }
    var requirement =
        new ApprovalRequirement(
            groups,
            of.orElse(needed),
            vetoes.get(),
            fourEyes,
            escalation.map(Escalation::roles).orElseGet(TreeSet::new));
    return Optional.of(
        new ApprovalRules(
            requirement, always, expires, veto, escalation.map(Escalation::after), calendar));
  }

  private record Escalation(Duration after, SortedSet<String> roles) {}

  private static Optional<Escalation> escalation(Fields fields) {
    var nested = fields.optionalNested("escalate");
    if (nested.isEmpty()) {
      return Optional.empty();
    }
    var after = seconds(nested.get(), "after_seconds");
    if (after.isEmpty()) {
      nested.get().problem("after_seconds", "missing", "is required");
    }
    var roles = roles(nested.get(), "roles", true);
    nested.get().closed();
    return after.flatMap(wait -> roles.map(named -> new Escalation(wait, named)));
  }

  private Optional<BusinessCalendar> calendar(Fields fields) {
    var name = fields.optionalString("calendar", 1, Word.LONGEST);
    var found =
        name.flatMap(
            wanted -> calendars.stream().filter(each -> each.name().equals(wanted)).findFirst());
    if (name.isPresent() && found.isEmpty()) {
      fields.problem("calendar", "unknown_calendar", "there is no calendar `" + name.get() + "`");
    }
    return found;
  }

  private static int quorum(Fields fields) {
    return fields.optionalInteger("quorum", 1, ApproverGroup.LARGEST_QUORUM).orElse(1L).intValue();
  }

  private static Optional<Duration> seconds(Fields fields, String name) {
    return fields
        .optionalInteger(
            name, ApprovalRules.SHORTEST.toSeconds(), ApprovalRules.LATEST_EXPIRY.toSeconds())
        .map(Duration::ofSeconds);
  }

  private static Optional<SortedSet<String>> roles(Fields fields, String name, boolean needed) {
    var given = fields.strings(name, ApprovalRequirement.MOST_ROLES, Word.LONGEST);
    var roles = new TreeSet<>(given);
    boolean sound = true;
    if (needed && roles.isEmpty()) {
      fields.problem(name, "missing", "must name at least one role");
      sound = false;
    }
    for (var role : roles) {
      if (!Word.isRole(role)) {
        fields.problem(name, "wrong_value", "`" + role + "`: " + NO_ROLE);
        sound = false;
      }
    }
    return sound ? Optional.of(roles) : Optional.empty();
  }
}
