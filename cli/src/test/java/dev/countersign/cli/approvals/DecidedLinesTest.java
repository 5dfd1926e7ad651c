package dev.countersign.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecidedLinesTest {
  private static List<String> lines(String answer) throws MalformedJson {
    return DecidedLines.of(JsonReader.readObject(answer));
  }

  @Test
  void whileOthersHaveToAgreeItSaysHowManyAndWho() throws MalformedJson {
    assertThat(
            lines(
                """
                {"state":"pending","proposal_state":"pending","approved":1,"quorum":4,
                 "needed":[{"roles":["approver:pharmacist"],"quorum":1},
                           {"roles":["approver:a","approver:b"],"quorum":2}]}
                """))
        .containsExactly(
            "the request is pending: approved by 1 of 4; still needed: approver:pharmacist and 2 with approver:a or approver:b");
  }

  @Test
  void whatIsDecidedTellsWhatCameOfIt() throws MalformedJson {
    assertThat(
            lines(
                "{\"state\":\"approved\",\"approved\":1,\"quorum\":1,\"needed\":[],\"proposal_state\":\"executed\"}"))
        .containsExactly("the request is approved", "the proposal is executed");
  }

  @Test
  void aDecoyIsToldWithItsReason() throws MalformedJson {
    assertThat(
            lines(
                "{\"state\":\"withdrawn\",\"decoy\":{\"missed\":true,\"why\":\"no refills are left\"}}"))
        .containsExactly(
            "the request is withdrawn",
            "it was a decoy that should be rejected: no refills are left");
  }
}
