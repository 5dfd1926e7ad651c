package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.workflow.usecase.Receiver.Asked;
import java.util.HashMap;
import java.util.Map;

/// What another system was asked, held against the log.
final class CallJudge {
  private static final String FORWARD = ":execute";
  private static final String BACK = ":compensate";

  private final World world;
  private final Receiver receiver;
  private final RequestJudge requests;
  private final ExecutionJudge executions;
  private final Map<String, Said> ended = new HashMap<>();

  CallJudge(World world, Receiver receiver, RequestJudge requests, ExecutionJudge executions) {
    this.world = world;
    this.receiver = receiver;
    this.requests = requests;
    this.executions = executions;
  }

  void read(Said said) {
    switch (said.action()) {
      case "execution.parked" -> {
        if (said.text("code").equals("approval_expired")) {
          assertThat(said.text("phase")).isEqualTo("forward");
          assertThat(said.at()).isAfterOrEqualTo(requests.request(said.about()).end());
          ended.put(said.resource(), said);
        }
      }
      case "execution.redriven" ->
          assertThat(ended)
              .as("what has expired is not begun anew")
              .doesNotContainKey(said.resource());
      case "execution.completed" -> {
        assertThat(ended).as("what has expired is not done").doesNotContainKey(said.resource());
        if (requests.request(said.about()).type.equals(PlayedWorkflow.REMOTE)) {
          assertThat(receiver.hasDone(said.resource() + FORWARD)).as("it was done").isTrue();
        }
      }
      case "execution.rolled_back" -> {
        if (requests.request(said.about()).type.equals(PlayedWorkflow.REMOTE)) {
          assertThat(receiver.hasDone(said.resource() + BACK)).as("it was taken back").isTrue();
        }
      }
      default -> {}
    }
  }

  /// @param still whether nobody moves the clock between a claim and its call
  void check(boolean still) {
    var keys = new HashMap<String, String>();
    var first = new HashMap<String, Asked>();
    var times = new HashMap<String, Integer>();
    for (var asked : receiver.asked()) {
      var proposal = asked.body().text("proposal_id").orElseThrow();
      var start = executions.startOf(proposal);
      boolean back = asked.key().endsWith(BACK);
      assertThat(asked.key()).isEqualTo(start.resource() + (back ? BACK : FORWARD));
      assertThat(keys.computeIfAbsent(proposal + back, _ -> asked.key()))
          .as("one key for one effect")
          .isEqualTo(asked.key());
      assertThat(asked.body())
          .as("one body for one key")
          .isEqualTo(first.computeIfAbsent(asked.key(), _ -> asked).body());
      assertThat(asked.body().text("action_digest")).contains(start.text("action_digest"));
      times.merge(asked.key(), 1, Integer::sum);
      if (back) {
        assertThat(executions.done(proposal)).as("taken back what was done").isTrue();
      } else {
        inTime(asked, start, still);
      }
    }
    times.forEach((key, asked) ->
        assertThat(asked).as("each attempt asks once").isLessThanOrEqualTo(attempts(key)));
  }

  /// By the clock, where nobody moves it meanwhile.
  private void inTime(Asked asked, Said start, boolean still) {
    if (still) {
      assertThat(asked.at())
          .as("no attempt after its end")
          .isBefore(requests.request(start.about()).end());
    }
  }

  /// As many as were claimed in that phase, up to its end where that was noted. They are counted
  /// anew when the other phase begins, so then nobody knows any more.
  private int attempts(String key) {
    boolean back = key.endsWith(BACK);
    var execution = key.substring(0, key.indexOf(':'));
    var over = ended.get(execution);
    if (over != null && !back) {
      return over.details().number("attempts").orElseThrow().intValue();
    }
    return Integer.parseInt(
        world.text(
            "select coalesce(max(attempts), %d) from workflow.execution where execution_id = '%s' and phase = '%s'"
                .formatted(Integer.MAX_VALUE, execution, back ? "back" : "forward")));
  }
}
