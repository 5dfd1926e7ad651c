package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import java.time.Duration;
import java.util.Optional;

/// Reads what is written of a task that will be opened.
final class TaskReader {

  private TaskReader() {}

  /// The template, or empty if something is wrong with it, which is noted.
  static Optional<TaskTemplate> read(Fields task) {
    var type = Word.name(task, "type");
    var title = task.optionalString("title", 1, Queue.LONGEST_TITLE).orElse(type);
    var role = task.optionalString("role", 1, Word.LONGEST);
    boolean sound = !type.isEmpty();
    if (role.filter(given -> !Word.isRole(given)).isPresent()) {
      task.problem("role", "wrong_value", ApprovalReader.NO_ROLE);
      sound = false;
    }
    var due =
        task.optionalInteger("due_seconds", 1, Transition.LONGEST_SLA.toSeconds())
            .map(Duration::ofSeconds);
    task.closed();
    return sound ? Optional.of(new TaskTemplate(type, title, role, due)) : Optional.empty();
  }
}
