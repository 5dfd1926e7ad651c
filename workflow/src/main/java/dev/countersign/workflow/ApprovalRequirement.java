package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Whose agreement an action needs: everything but times, which a request fixes when it is made.
///
/// Each group has to be complete, and everybody counts once: of two groups that share a role, one
/// person completes one. So `[{adjuster, 1}, {manager, 1}]` is dual control.
///
/// @param groups at least one
/// @param of how many may decide; once too many of them have rejected for the rest to suffice, the
///   request is rejected. As many as are needed means that one rejection ends it
/// @param vetoRoles whoever holds one ends it with a rejection, whatever the others say
/// @param fourEyes whether nobody may approve who had a hand in the case: opened it, worked on a
///   task of it, or approved an earlier step
/// @param escalation the roles that may decide as well once it has waited too long; often empty
/// @param escalating for how many of the groups, from the first on: those of the transition. Whom a
///   policy asks for nobody else stands in for
public record ApprovalRequirement(
    List<ApproverGroup> groups,
    int of,
    SortedSet<String> vetoRoles,
    boolean fourEyes,
    SortedSet<String> escalation,
    int escalating) {

  public static final int MOST_GROUPS = 5;

  /// More roles than this for one decision is no separation of duties any more.
  public static final int MOST_ROLES = 10;

  /// Of so many people not all are asked any more.
  public static final int MOST_OF = 50;

  public ApprovalRequirement {
    groups = List.copyOf(groups);
    vetoRoles = Collections.unmodifiableSortedSet(new TreeSet<>(vetoRoles));
    escalation = Collections.unmodifiableSortedSet(new TreeSet<>(escalation));
    if (groups.isEmpty() || of < quorum(groups)) {
      throw new IllegalArgumentException("a requirement names as many people as it needs");
    }
    if (escalating < 0 || escalating > groups.size()) {
      throw new IllegalArgumentException("no more groups escalate than there are");
    }
  }

  /// One whose groups all escalate.
  public ApprovalRequirement(
      List<ApproverGroup> groups,
      int of,
      SortedSet<String> vetoRoles,
      boolean fourEyes,
      SortedSet<String> escalation) {
    this(groups, of, vetoRoles, fourEyes, escalation, groups.size());
  }

  /// One person with one of these roles.
  public static ApprovalRequirement ofOne(SortedSet<String> roles) {
    return new ApprovalRequirement(
        List.of(new ApproverGroup(roles, 1)), 1, new TreeSet<>(), false, new TreeSet<>());
  }

  /// How many people have to agree.
  public int quorum() {
    return quorum(groups);
  }

  private static int quorum(Collection<ApproverGroup> groups) {
    return groups.stream().mapToInt(ApproverGroup::quorum).sum();
  }

  /// Whoever holds one of these may approve.
  public SortedSet<String> approverRoles(boolean escalated) {
    var roles = new TreeSet<String>();
    groups(escalated).forEach(group -> roles.addAll(group.roles()));
    return Collections.unmodifiableSortedSet(roles);
  }

  /// Whoever holds one of these may decide: approve, or stop it by a veto.
  public SortedSet<String> deciderRoles(boolean escalated) {
    var roles = new TreeSet<>(approverRoles(escalated));
    roles.addAll(vetoRoles);
    return Collections.unmodifiableSortedSet(roles);
  }

  /// What so many votes, each of another person, make of a request.
  public ApprovalState after(List<Vote> votes, boolean escalated) {
    var rejections = votes.stream().filter(vote -> !vote.approves()).toList();
    boolean vetoed = rejections.stream().anyMatch(vote -> holdsAny(vote, vetoRoles));
    if (vetoed || rejections.size() > of - quorum()) {
      return ApprovalState.REJECTED;
    }
    boolean enough = counted(votes, escalated) == quorum() && !needsAnother(votes);
    return enough ? ApprovalState.APPROVED : ApprovalState.PENDING;
  }

  /// Whether the only one who approved may not be the only one: then anybody who may approve is
  /// needed as well, though all places are taken.
  public static boolean needsAnother(List<Vote> votes) {
    var approvals = votes.stream().filter(Vote::approves).toList();
    return approvals.size() == 1 && !approvals.getFirst().alone();
  }

  /// How many of those who approved count. It never falls when somebody approves.
  public int counted(List<Vote> votes, boolean escalated) {
    var approvals = votes.stream().filter(Vote::approves).toList();
    return Seats.taken(groups(escalated), approvals, ApprovalRequirement::holdsAny);
  }

  /// Who has to agree still, for it to be approved: as many people as there are places left, each
  /// with one of the roles of its group. Who holds the roles of several groups is counted in one of
  /// them, so there may be other ways to complete it.
  public List<ApproverGroup> needed(List<Vote> votes, boolean escalated) {
    var approvals = votes.stream().filter(Vote::approves).toList();
    var free = Seats.free(groups(escalated), approvals, ApprovalRequirement::holdsAny);
    return free.isEmpty() && needsAnother(votes)
        ? List.of(new ApproverGroup(approverRoles(escalated), 1))
        : free;
  }

  private static boolean holdsAny(Vote vote, SortedSet<String> roles) {
    return roles.stream().anyMatch(vote.roles()::contains);
  }

  /// What has to hold where both are asked for. Groups add up, because each names people whom the
  /// other does not ask.
  public ApprovalRequirement and(ApprovalDemand demand) {
    var all = new ArrayList<ApproverGroup>();
    // A larger number alone is asked of the first group, the one that would decide otherwise.
    all.add(groups.getFirst().atLeast(demand.quorum()));
    all.addAll(groups.subList(1, groups.size()));
    demand.group().ifPresent(all::add);
    var vetoes = new TreeSet<>(vetoRoles);
    vetoes.addAll(demand.vetoRoles());
    int more = quorum(all) - quorum();
    return new ApprovalRequirement(
        all, of + more, vetoes, fourEyes || demand.fourEyes(), escalation, escalating);
  }

  /// Whether who meets this meets `other` as well, before both have escalated and after.
  public boolean covers(ApprovalRequirement other) {
    return vetoRoles.containsAll(other.vetoRoles)
        && (fourEyes || !other.fourEyes)
        && of - quorum() <= other.of - other.quorum()
        && placesCover(other, false)
        && placesCover(other, true);
  }

  private boolean placesCover(ApprovalRequirement other, boolean escalated) {
    var places =
        groups(escalated).stream()
            .flatMap(group -> IntStream.range(0, group.quorum()).mapToObj(_ -> group.roles()))
            .toList();
    return Seats.taken(other.groups(escalated), places, (roles, seat) -> seat.containsAll(roles))
        == other.quorum();
  }

  private List<ApproverGroup> groups(boolean escalated) {
    if (!escalated) {
      return groups;
    }
    var widened = new ArrayList<>(groups);
    widened.subList(0, escalating).replaceAll(group -> group.widenedBy(escalation));
    return widened;
  }

  public JsonObject json() {
    return Json.object()
        .put("groups", Json.array(groups.stream().map(ApproverGroup::json).toList()))
        .put("of", of)
        .put("veto_roles", Json.strings(vetoRoles))
        .put("four_eyes", fourEyes)
        .put("escalation_roles", Json.strings(escalation))
        .put("escalating_groups", escalating)
        .build();
  }

  /// Reads [#json].
  public static ApprovalRequirement read(JsonObject json) {
    return new ApprovalRequirement(
        json.items("groups").stream()
            .map(JsonObject.class::cast)
            .map(group ->
                new ApproverGroup(
                    roles(group, "roles"), group.number("quorum").orElseThrow().intValue()))
            .toList(),
        json.number("of").orElseThrow().intValue(),
        roles(json, "veto_roles"),
        json.member("four_eyes").equals(Optional.of(Json.of(true))),
        roles(json, "escalation_roles"),
        json.number("escalating_groups").orElse(0.0).intValue());
  }

  private static SortedSet<String> roles(JsonObject json, String name) {
    var roles = new TreeSet<String>();
    for (var item : json.items(name)) {
      if (item instanceof Json.JsonString(var role)) {
        roles.add(role);
      }
    }
    return roles;
  }
}
