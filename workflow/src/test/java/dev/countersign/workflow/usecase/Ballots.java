package dev.countersign.workflow.usecase;

import dev.countersign.workflow.usecase.PlayedWorkflow.Demand;
import dev.countersign.workflow.usecase.PlayedWorkflow.Terms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What the log says about one proposal and its request.
final class Ballots {
  final Said created;
  final String type;
  final String caseId;
  final double caseVersion;
  final int workflowVersion;
  final Optional<Demand> demand;
  final Terms terms;
  final Set<String> barred = new TreeSet<>();
  final List<Vote> votes = new ArrayList<>();
  String state = "pending";

  /// Whether the log says that it has escalated.
  boolean shown;

  /// @param hands everybody who has a part in it
  /// @param roles of whose vote it is
  record Vote(SortedSet<String> hands, SortedSet<String> roles, boolean approves, boolean alone) {}

  Ballots(Said created, double caseVersion, int workflowVersion, Optional<Demand> demand) {
    this.created = created;
    this.caseVersion = caseVersion;
    this.workflowVersion = workflowVersion;
    this.type = created.text("action_type");
    this.caseId = created.text("case_id");
    this.demand = demand.filter(one -> one.type().equals(type));
    var own = PlayedWorkflow.terms(type, workflowVersion);
    this.terms = this.demand.map(own::and).orElse(own);
  }

  Instant end() {
    return created.at().plus(terms.expires());
  }

  boolean waits() {
    return state.equals("pending");
  }

  /// Whether it may still be carried out, or is about to.
  boolean lives() {
    return waits() || state.equals("approved");
  }

  boolean escalated(Instant now) {
    return terms.standIn().filter(one -> !now.isBefore(created.at().plus(one.after()))).isPresent();
  }

  /// For each person who has to agree by now the roles of which he holds one.
  List<Set<String>> seats(Instant now) {
    var seats = new ArrayList<Set<String>>();
    for (var role : terms.seats()) {
      seats.add(new TreeSet<>(List.of(role)));
    }
    if (escalated(now)) {
      terms.standIn().ifPresent(one -> seats.getFirst().add(one.role()));
    }
    return seats;
  }

  /// What these votes make of it by now: tried out, chair by chair.
  String outcome(Instant now) {
    var rejections = votes.stream().filter(vote -> !vote.approves()).toList();
    if (rejections.stream()
            .anyMatch(vote -> vote.roles().stream().anyMatch(terms.vetoRoles()::contains))
        || rejections.size() > terms.of() - terms.seats().size()) {
      return "rejected";
    }
    var approvals = votes.stream().filter(Vote::approves).toList();
    boolean lone = approvals.size() == 1 && !approvals.getFirst().alone();
    return !lone && seated(seats(now), approvals) ? "approved" : "pending";
  }

  /// Whether every seat has a person of its own.
  static boolean seated(List<Set<String>> seats, List<Vote> people) {
    if (seats.isEmpty()) {
      return true;
    }
    return people.stream()
        .filter(one -> one.roles().stream().anyMatch(seats.getFirst()::contains))
        .anyMatch(one -> {
          var others = new ArrayList<>(people);
          others.remove(one);
          return seated(seats.subList(1, seats.size()), others);
        });
  }
}
