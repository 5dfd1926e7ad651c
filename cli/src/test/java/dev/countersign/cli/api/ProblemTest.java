package dev.countersign.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTest {

  @Test
  void documentBecomesOneLineWithAllReasons() {
    var problem =
        Problem.of(
            409,
            """
            {"type":"https://countersign.dev/problems/blocked","title":"Conflict","status":409,
             "code":"blocked","detail":"the action is blocked","trace_id":"4bf9",
             "problems":[{"pointer":"","code":"gate_closed","message":"the gate is closed"},
                         {"pointer":"/action","code":"frozen","message":"is frozen"}]}
            """);
    assertThat(problem.line())
        .isEqualTo(
            "409 blocked: the action is blocked (the gate is closed; `/action` is frozen) [trace 4bf9]");
  }

  @Test
  void manyReasonsAreCounted() {
    var items = "{\"message\":\"m\"},".repeat(8) + "{\"message\":\"m\"}";
    var problem = Problem.of(400, "{\"detail\":\"d\",\"problems\":[" + items + "]}");
    assertThat(problem.line()).isEqualTo("400 unknown: d (m; m; m; m; m; and 4 more)");
  }

  @Test
  void foreignPageIsCut() {
    var line = Problem.of(502, "<html>\n" + "x".repeat(5000) + "\n</html>").line();
    assertThat(line)
        .startsWith("502 unknown: <html> xxx")
        .hasSizeLessThan(250)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request, mend what it names",
    "401, unauthorized, the key is not valid",
    "403, permission_denied, a key whose roles allow it",
    "403, proposer_may_not_approve, somebody else",
    "404, case_not_found, see that the name or id is right",
    "409, digest_mismatch, show it again",
    "409, already_decided, approvals history",
    "409, stale_case, proposed anew",
    "409, slug_taken, look at that first",
    "422, idempotency_key_reused, start anew",
    "500, internal_error, the server's log",
  })
  void theHintSaysWhatToDoAboutThisProblem(int status, String code, String hint) {
    var problem = new Problem(status, code, "d", "");
    assertThat(problem.failure("asking").hint()).contains(hint);
  }
}
