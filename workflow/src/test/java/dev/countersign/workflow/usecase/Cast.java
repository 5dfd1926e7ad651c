package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Principal;
import java.util.List;
import java.util.SortedSet;

/// Who plays. Everybody's key is stored, so that anybody can be asked for while he does not call.
///
/// @param reviewers of whom the last one proposes and opens cases as well
/// @param auditor may only stop things
/// @param deputies decide in nobody's name by roles of their own until a pharmacist takes too long
record Cast(
    Principal agent,
    List<Principal> reviewers,
    Principal pharmacist,
    Principal auditor,
    List<Principal> deputies,
    Principal observer) {

  static Cast in(World world) {
    return new Cast(
        world.keyHolder("ck_software", "agent"),
        List.of(
            world.keyHolder("ck_ann", "reviewer"),
            world.keyHolder("ck_bob", "reviewer"),
            world.keyHolder("ck_cid", "operator", "reviewer")),
        world.keyHolder("ck_pia", "approver:pharmacist", "reviewer"),
        world.keyHolder("ck_eve", "auditor"),
        List.of(
            world.keyHolder("ck_dan", "approver:clerk"),
            world.keyHolder("ck_dee", "approver:clerk")),
        world.keyHolder("ck_watcher", "observer"));
  }

  List<Principal> proposers() {
    return List.of(agent, agent, agent, reviewers.getLast());
  }

  /// Whose approval counts for something.
  List<Principal> approvers() {
    return List.of(reviewers.get(0), reviewers.get(1), reviewers.get(2), pharmacist);
  }

  /// Who tries to decide: the approvers more often than who may not.
  List<Principal> deciders() {
    return List.of(
        reviewers.get(0),
        reviewers.get(1),
        reviewers.get(2),
        pharmacist,
        pharmacist,
        auditor,
        deputies.getFirst(),
        agent);
  }

  /// Whom somebody may name.
  List<Principal> delegates() {
    return List.of(deputies.get(0), deputies.get(1), deputies.get(1), reviewers.getFirst());
  }

  SortedSet<String> roles(String actor) {
    return List.of(
            agent,
            reviewers.get(0),
            reviewers.get(1),
            reviewers.get(2),
            pharmacist,
            auditor,
            deputies.get(0),
            deputies.get(1),
            observer)
        .stream()
        .filter(one -> one.actor().equals(actor))
        .findFirst()
        .orElseThrow()
        .roles();
  }
}
