package dev.countersign.workflow.usecase;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.workflow.Pack;
import dev.countersign.workflow.TaskTemplate;
import dev.countersign.workflow.WorkflowDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Refuses to save what waits for a role that no key can be given: it would wait for ever. What was
/// saved before is read as it is.
final class HeldRoles {
  private final List<Violation> problems = new ArrayList<>();

  private HeldRoles() {}

  /// Throws `Refusal.Invalid` with the place of every such role.
  static void check(WorkflowDefinition definition) {
    var roles = new HeldRoles();
    roles.ofDefinition(definition);
    roles.refuse();
  }

  /// The same of a pack's workflow and of what there is to do for its cases.
  static void check(Pack pack) {
    var roles = new HeldRoles();
    roles.ofDefinition(pack.workflow());
    for (int i = 0; i < pack.cases().size(); i++) {
      roles.ofTasks(pack.cases().get(i).tasks(), "/cases/" + i + "/tasks/");
    }
    roles.refuse();
  }

  /// The same of tasks that somebody opens himself, or together with a case.
  ///
  /// @param pointer to the list, with a slash
  static void check(List<TaskTemplate> tasks, String pointer) {
    var roles = new HeldRoles();
    roles.ofTasks(tasks, pointer);
    roles.refuse();
  }

  /// The same of one task.
  static void check(TaskTemplate task, String pointer) {
    var roles = new HeldRoles();
    roles.all(task.role().stream().toList(), pointer + "/role");
    roles.refuse();
  }

  private void ofDefinition(WorkflowDefinition definition) {
    var transitions = definition.transitions();
    for (int i = 0; i < transitions.size(); i++) {
      var pointer = "/definition/transitions/" + i;
      var requirement = transitions.get(i).requirement();
      var deciders = new TreeSet<>(requirement.deciderRoles(true));
      deciders.addAll(requirement.escalation());
      all(deciders, pointer);
      ofTasks(transitions.get(i).opens(), pointer + "/opens/");
    }
  }

  private void ofTasks(List<TaskTemplate> tasks, String pointer) {
    for (int i = 0; i < tasks.size(); i++) {
      all(tasks.get(i).role().stream().toList(), pointer + i + "/role");
    }
  }

  private void all(Collection<String> roles, String pointer) {
    for (var role : roles) {
      if (!Roles.grantable(role)) {
        problems.add(
            new Violation(pointer, "wrong_value", "no key can be given the role `" + role + "`"));
      }
    }
  }

  private void refuse() {
    if (!problems.isEmpty()) {
      throw new Refusal.Invalid(problems);
    }
  }
}
