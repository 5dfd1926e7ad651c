package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Every pair of states, allowed or forbidden, written out a second time and by hand.
class StatesTest {

  @Test
  void proposalMovesAlongItsTableOnly() {
    hold(
        ProposalState.class,
        ProposalState.MOVES,
        Set.of(
            "pending approved",
            "pending rejected",
            "pending withdrawn",
            "pending expired",
            "pending superseded",
            "approved executing",
            "approved expired",
            "approved superseded",
            "executing executed",
            "executing failed",
            "executed rolled_back",
            "executed rollback_failed"));
  }

  @Test
  void approvalMovesAlongItsTableOnly() {
    hold(
        ApprovalState.class,
        ApprovalState.MOVES,
        Set.of(
            "pending approved",
            "pending rejected",
            "pending withdrawn",
            "pending expired",
            "pending superseded",
            "pending lapsed",
            "approved expired",
            "approved superseded"));
  }

  @Test
  void executionMovesAlongItsTableOnly() {
    hold(
        ExecutionState.class,
        ExecutionState.MOVES,
        Set.of(
            "executing executed",
            "executing failed",
            "executed rolled_back",
            "executed rollback_failed"));
  }

  @Test
  void taskMovesAlongItsTableOnly() {
    hold(
        TaskState.class,
        TaskState.MOVES,
        Set.of(
            "pending in_progress",
            "pending completed",
            "in_progress completed",
            "in_progress failed"));
    assertThat(Arrays.stream(TaskState.values()).filter(TaskState::open))
        .containsExactly(TaskState.PENDING, TaskState.IN_PROGRESS);
  }

  @Test
  void onlyWhatMayStillExecuteIsLive() {
    assertThat(Arrays.stream(ProposalState.values()).filter(ProposalState::live))
        .containsExactly(ProposalState.PENDING, ProposalState.APPROVED, ProposalState.EXECUTING);
  }

  @Test
  void everyWordIsReadBack() {
    for (var state : ProposalState.values()) {
      assertThat(ProposalState.read(state.word())).isEqualTo(state);
    }
    assertThatThrownBy(() -> ProposalState.read("gone"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("`gone`");
  }

  private static <S extends Enum<S>> void hold(Class<S> type, Moves<S> moves, Set<String> allowed) {
    var found = new TreeSet<String>();
    for (var from : type.getEnumConstants()) {
      for (var to : type.getEnumConstants()) {
        var pair = Word.of(from) + " " + Word.of(to);
        if (moves.allows(from, to)) {
          found.add(pair);
          assertThat(moves.move(from, to)).isEqualTo(to);
        } else {
          assertThatThrownBy(() -> moves.move(from, to))
              .as(pair)
              .isInstanceOf(IllegalStateException.class);
        }
      }
      var start = Word.of(from) + " ";
      assertThat(moves.ended(from))
          .isEqualTo(allowed.stream().noneMatch(pair -> pair.startsWith(start)));
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(allowed);
  }
}
