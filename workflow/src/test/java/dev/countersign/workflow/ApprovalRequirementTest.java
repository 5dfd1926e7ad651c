package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ApprovalRequirementTest {
  private static final List<String> ROLES = List.of("adjuster", "auditor", "manager");

  @Test
  void oneRejectionEndsWhatNeedsEverybody() {
    var both = requirement(2, 2);
    assertThat(both.after(List.of(yes("manager")), false)).isEqualTo(ApprovalState.PENDING);
    assertThat(both.after(List.of(yes("manager"), no("manager")), false))
        .isEqualTo(ApprovalState.REJECTED);
    assertThat(both.after(List.of(yes("manager"), yes("manager")), false))
        .isEqualTo(ApprovalState.APPROVED);
  }

  @Test
  void twoOfThreeOutliveOneRejectionAndNotTwo() {
    var twoOfThree = requirement(2, 3);
    assertThat(twoOfThree.after(List.of(no("manager")), false)).isEqualTo(ApprovalState.PENDING);
    assertThat(twoOfThree.after(List.of(no("manager"), yes("manager"), yes("manager")), false))
        .isEqualTo(ApprovalState.APPROVED);
    assertThat(twoOfThree.after(List.of(no("manager"), no("manager")), false))
        .isEqualTo(ApprovalState.REJECTED);
  }

  @Test
  void aVetoEndsItWhateverTheOthersSay() {
    var veto =
        new ApprovalRequirement(
            List.of(new ApproverGroup(roles("manager"), 1)), 5, roles("auditor"), false, roles());
    assertThat(veto.after(List.of(no("manager")), false)).isEqualTo(ApprovalState.PENDING);
    assertThat(veto.after(List.of(no("auditor")), false)).isEqualTo(ApprovalState.REJECTED);
    assertThat(veto.after(List.of(yes("auditor")), false)).isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void dualControlNeedsTwoPeopleWhoeverComesFirst() {
    var dual = dual();
    assertThat(dual.after(List.of(yes("adjuster", "manager")), false))
        .isEqualTo(ApprovalState.PENDING);
    // The first one has to take the manager's place, because the second is no manager.
    assertThat(dual.after(List.of(yes("adjuster", "manager"), yes("adjuster")), false))
        .isEqualTo(ApprovalState.APPROVED);
    assertThat(dual.after(List.of(yes("adjuster"), yes("adjuster")), false))
        .isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void escalationAddsPeopleAndTakesNobodyAway() {
    var escalating =
        new ApprovalRequirement(
            List.of(new ApproverGroup(roles("adjuster"), 1)), 1, roles(), false, roles("manager"));
    assertThat(escalating.deciderRoles(false)).containsExactly("adjuster");
    assertThat(escalating.deciderRoles(true)).containsExactly("adjuster", "manager");
    assertThat(escalating.after(List.of(yes("manager")), false)).isEqualTo(ApprovalState.PENDING);
    assertThat(escalating.after(List.of(yes("manager")), true)).isEqualTo(ApprovalState.APPROVED);
  }

  @Test
  void whatCountsIsTheLargestNumberOfPlacesThatCanBeTaken() {
    Property.holdsFor(
        2_000,
        random -> {
          var requirement = generated(random);
          var votes = votes(random, random.nextInt(6));
          assertThat(requirement.counted(votes, false)).isEqualTo(slow(requirement, votes));
        });
  }

  /// Whoever is still needed completes it, and nobody less does.
  @Test
  void whoIsNeededStillIsExactlyWhoCompletesIt() {
    Property.holdsFor(
        2_000,
        random -> {
          var requirement = generated(random);
          boolean escalated = random.nextBoolean();
          var votes = new ArrayList<Vote>();
          for (int i = random.nextInt(5); i > 0; i--) {
            votes.add(new Vote(true, some(random), random.nextInt(3) > 0));
          }
          while (requirement.after(votes, escalated) == ApprovalState.PENDING) {
            var needed = requirement.needed(votes, escalated);
            assertThat(needed).isNotEmpty();
            assertThat(requirement.counted(votes, escalated))
                .isEqualTo(
                    ApprovalRequirement.needsAnother(votes)
                            && requirement.counted(votes, escalated) == requirement.quorum()
                        ? requirement.quorum()
                        : requirement.quorum()
                            - needed.stream().mapToInt(ApproverGroup::quorum).sum());
            votes.add(new Vote(true, roles(needed.getFirst().roles().getFirst())));
          }
          assertThat(requirement.needed(votes, escalated)).isEmpty();
        });
  }

  /// The one promise of [ApprovalRequirement#covers]: an approval for it is one for the other.
  @Test
  void whatCoversAnotherIsNeverApprovedWithoutIt() {
    Property.holdsFor(
        5_000,
        random -> {
          var one = generated(random);
          var other = generated(random);
          if (one.covers(other)) {
            var votes = votes(random, random.nextInt(8));
            for (boolean escalated : List.of(false, true)) {
              if (one.after(votes, escalated) == ApprovalState.APPROVED) {
                assertThat(other.after(votes, escalated)).isEqualTo(ApprovalState.APPROVED);
              }
            }
          }
        });
  }

  @Test
  void everyRequirementCoversItselfAndWithADemandWhatItWas() {
    Property.holdsFor(
        2_000,
        random -> {
          var requirement = generated(random);
          assertThat(requirement.covers(requirement)).isTrue();
          var group =
              random.nextBoolean()
                  ? Optional.of(new ApproverGroup(some(random), 1 + random.nextInt(2)))
                  : Optional.<ApproverGroup>empty();
          var demand =
              new ApprovalDemand(1 + random.nextInt(3), group, few(random), random.nextBoolean());
          var more = requirement.and(demand);
          assertThat(more.covers(requirement)).isTrue();
          assertThat(more.quorum()).isGreaterThanOrEqualTo(requirement.quorum());
          assertThat(ApprovalRequirement.read(more.json())).isEqualTo(more);
        });
  }

  @Test
  void aDemandForAnotherRoleIsNotCoveredByWhatAsksForTheOldOne() {
    var one = ApprovalRequirement.ofOne(roles("manager"));
    var demand =
        new ApprovalDemand(1, Optional.of(new ApproverGroup(roles("auditor"), 1)), roles(), false);
    assertThat(one.covers(one.and(demand))).isFalse();
    assertThat(one.and(demand).quorum()).isEqualTo(2);
  }

  /// A transition's escalation asks others in the place of its own approvers, never in the place of
  /// those whom a policy asks for.
  @Test
  void nobodyStandsInForWhomAPolicyAsksFor() {
    var transitions =
        new ApprovalRequirement(
            List.of(new ApproverGroup(roles("adjuster"), 1)), 1, roles(), false, roles("manager"));
    var demand =
        new ApprovalDemand(1, Optional.of(new ApproverGroup(roles("auditor"), 1)), roles(), false);
    var both = transitions.and(demand);
    assertThat(both.after(List.of(yes("manager"), yes("manager")), true))
        .isEqualTo(ApprovalState.PENDING);
    assertThat(both.after(List.of(yes("manager"), yes("auditor")), true))
        .isEqualTo(ApprovalState.APPROVED);
    assertThat(transitions.covers(both)).isFalse();
  }

  private static ApprovalRequirement dual() {
    return new ApprovalRequirement(
        List.of(new ApproverGroup(roles("adjuster"), 1), new ApproverGroup(roles("manager"), 1)),
        2,
        roles(),
        false,
        roles());
  }

  private static ApprovalRequirement requirement(int quorum, int of) {
    return new ApprovalRequirement(
        List.of(new ApproverGroup(roles("manager"), quorum)), of, roles(), false, roles());
  }

  private static ApprovalRequirement generated(RandomGenerator random) {
    var groups = new ArrayList<ApproverGroup>();
    for (int i = random.nextInt(2); i >= 0; i--) {
      groups.add(new ApproverGroup(some(random), 1 + random.nextInt(2)));
    }
    int quorum = groups.stream().mapToInt(ApproverGroup::quorum).sum();
    return new ApprovalRequirement(
        groups,
        quorum + random.nextInt(3),
        few(random),
        random.nextBoolean(),
        few(random),
        random.nextInt(groups.size() + 1));
  }

  private static List<Vote> votes(RandomGenerator random, int count) {
    var votes = new ArrayList<Vote>();
    for (int i = 0; i < count; i++) {
      votes.add(new Vote(random.nextInt(4) > 0, some(random)));
    }
    return votes;
  }

  /// Tries every way of giving places to people.
  private static int slow(ApprovalRequirement requirement, List<Vote> votes) {
    var places = new ArrayList<SortedSet<String>>();
    for (var group : requirement.groups()) {
      for (int i = 0; i < group.quorum(); i++) {
        places.add(group.roles());
      }
    }
    return slow(places, votes.stream().filter(Vote::approves).toList());
  }

  private static int slow(List<SortedSet<String>> places, List<Vote> votes) {
    if (votes.isEmpty() || places.isEmpty()) {
      return 0;
    }
    var others = votes.subList(1, votes.size());
    int best = slow(places, others);
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).stream().anyMatch(votes.getFirst().roles()::contains)) {
        var left = new ArrayList<>(places);
        left.remove(i);
        best = Math.max(best, 1 + slow(left, others));
      }
    }
    return best;
  }

  private static SortedSet<String> some(RandomGenerator random) {
    var some = few(random);
    some.add(ROLES.get(random.nextInt(ROLES.size())));
    return some;
  }

  private static SortedSet<String> few(RandomGenerator random) {
    var few = new TreeSet<String>();
    for (var role : ROLES) {
      if (random.nextInt(4) == 0) {
        few.add(role);
      }
    }
    return few;
  }

  private static SortedSet<String> roles(String... roles) {
    return new TreeSet<>(List.of(roles));
  }

  private static Vote yes(String... roles) {
    return new Vote(true, roles(roles));
  }

  private static Vote no(String... roles) {
    return new Vote(false, roles(roles));
  }
}
