package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class IdempotencyTest {

  @Test
  void sameStepHasTheSameKeyAtEachRun() {
    var body = Json.object().put("a", 1).put("b", 2).build();
    var turned = Json.object().put("b", 2).put("a", 1).build();
    assertThat(new Idempotency("loans").key("1", "open", body))
        .isEqualTo(new Idempotency("loans").key("1", "open", turned))
        .matches("replay-[0-9a-f]{64}");
  }

  @Test
  void noTwoStepsShareAKey() {
    var keys = new HashSet<String>();
    for (var workflow : new String[] {"a", "b"}) {
      for (var reference : new String[] {"1", "2", "1open"}) {
        for (var step : new String[] {"open", "propose-0", "propose-1", "decide", "observe"}) {
          for (int body = 0; body < 2; body++) {
            keys.add(
                new Idempotency(workflow)
                    .key(reference, step, Json.object().put("body", body).build()));
          }
        }
      }
    }
    assertThat(keys).hasSize(2 * 3 * 5 * 2);
  }
}
