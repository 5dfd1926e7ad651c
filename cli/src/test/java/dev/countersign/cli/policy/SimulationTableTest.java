package dev.countersign.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import org.junit.jupiter.api.Test;

class SimulationTableTest {
  private static final String RUN =
      """
      {"result":{"seen":12345,"used":12340,"not_replayable":4,"erased":1,"unreadable":0,
       "unchanged":12338,"flipped":2,
       "flips":[{"from":"permit","to":"forbid","count":2,
         "examples":[{"decision_id":"d1","log_index":7,"from":"permit","to":"forbid","policies":["a"]}]}],
       "by_policy":[{"policy":"a","count":2,"flips":[]}],
       "not_replayable_for":[{"attribute":"context.metadata.purpose","count":4}],
       "self_check":{"checked":12000,"mismatched":0,"not_checked":345,"mismatches":[]}}}
      """;

  @Test
  void everyNumberIsTold() {
    assertThat(SimulationTable.of(JsonReader.readObject(RUN)))
        .isEqualTo(
            """
            seen 12,345 decisions, used 12,340
                       4  cannot be replayed: the record lacks an attribute
                         4  context.metadata.purpose
                       1  are erased
            2 would flip, 12,338 would not
                       2  permit -> forbid
            on account of
                       2  a
              e.g. d1  permit -> forbid
            self-check: 12,000 of 12,000 replayed as they were decided, 345 could not be checked
            """);
  }

  @Test
  void aMismatchOfTheSelfCheckIsSomethingWrong() {
    assertThat(SimulationTable.sound(JsonReader.readObject(RUN))).isTrue();
    assertThat(
            SimulationTable.sound(
                JsonReader.readObject(RUN.replace("\"mismatched\":0", "\"mismatched\":1"))))
        .isFalse();
  }
}
