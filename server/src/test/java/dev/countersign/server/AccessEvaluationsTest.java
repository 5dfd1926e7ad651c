package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Entity;
import dev.countersign.testkit.Property;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// AuthZEN's evaluations of several questions in one call.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class AccessEvaluationsTest extends AccessQuestions {
  private static JsonObject several(String semantic, List<? extends Json> questions) {
    return Json.object()
        .put("evaluations", Json.array(questions))
        .put("options", Json.object().put("evaluations_semantic", semantic).build())
        .build();
  }

  private List<Json> answers(JsonObject body) {
    var answer = http.post(tenant.pep(), EVALUATIONS, body.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().items("evaluations");
  }

  private List<Boolean> decisions(JsonObject body) {
    return answers(body).stream().map(AccessQuestions::decision).toList();
  }

  @Test
  void aSemanticSaysWhenToStop() {
    var yes = question("alice", "read", "r1", "alice");
    var no = question("alice", "read", "r2", "bob");
    var mixed = List.of(yes, no, yes, no);
    assertThat(decisions(several("execute_all", mixed))).containsExactly(true, false, true, false);
    assertThat(decisions(several("deny_on_first_deny", mixed))).containsExactly(true, false);
    assertThat(decisions(several("permit_on_first_permit", mixed))).containsExactly(true);
    assertThat(decisions(several("permit_on_first_permit", List.of(no, no, yes, no))))
        .containsExactly(false, false, true);
    assertThat(decisions(several("deny_on_first_deny", List.of(yes, yes))))
        .containsExactly(true, true);
    var unsaid = Json.object().put("evaluations", Json.array(mixed)).build();
    assertThat(decisions(unsaid)).containsExactly(true, false, true, false);
  }

  @Test
  void eachThatWasAskedIsOnRecordAndNoOther() {
    var yes = question("alice", "read", "r1", "alice");
    var no = question("alice", "read", "r2", "bob");
    var answers = answers(several("deny_on_first_deny", List.of(yes, no, yes)));
    var recorded = entries(id(context(answers.getFirst()), "correlation_id"));
    assertThat(recorded).hasSize(2);
    var all = answers(several("execute_all", List.of(yes, no, yes)));
    assertThat(all)
        .extracting(each -> id(context(each), "correlation_id"))
        .containsOnly(id(context(all.getFirst()), "correlation_id"));
    assertThat(all).extracting(each -> id(context(each), "decision_id")).doesNotHaveDuplicates();
    assertThat(entries(id(context(all.getFirst()), "correlation_id"))).hasSize(3);
  }

  @Test
  void anItemsOwnMemberStandsForTheWholeDefault() {
    var body =
        question("alice", "read", "r1", "alice")
            .with(
                "evaluations",
                Json.array(
                    List.of(
                        JsonObject.EMPTY,
                        Json.object()
                            .put(
                                "resource",
                                Json.object().put("type", "record").put("id", "r1").build())
                            .build(),
                        Json.object()
                            .put(
                                "subject",
                                Json.object().put("type", "user").put("id", "bob").build())
                            .build(),
                        Json.object().put("subject", Json.NULL).build())));
    assertThat(decisions(body)).containsExactly(true, false, false, true);
  }

  @Test
  void oneThatCannotBeReadIsADenialAndDoesNotSpoilTheOthers() {
    var yes = question("alice", "read", "r1", "alice");
    var broken = Json.object().put("subject", Json.object().put("type", "user").build()).build();
    var answers = answers(several("execute_all", List.of(yes, broken, Json.of("x"), yes)));
    assertThat(answers.stream().map(AccessQuestions::decision))
        .containsExactly(true, false, false, true);
    var error = context(answers.get(1)).object("error").orElseThrow();
    assertThat(error.number("status")).hasValue(400.0);
    assertThat(error.text("message").orElseThrow())
        .contains("/subject/id")
        .contains("/action")
        .contains("/resource");
    assertThat(decisions(several("deny_on_first_deny", List.of(yes, broken, yes))))
        .containsExactly(true, false);
    assertThat(decisions(several("permit_on_first_permit", List.of(broken, yes))))
        .containsExactly(false, true);
  }

  @Test
  void withoutEvaluationsItIsAnEvaluation() {
    var one = question("alice", "read", "r1", "alice");
    for (var body : List.of(one, one.with("evaluations", Json.array(List.of())))) {
      var answer = http.post(tenant.pep(), EVALUATIONS, body.toString());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(decision(answer.json())).isTrue();
      assertThat(answer.json().member("evaluations")).isEmpty();
    }
    assertThat(http.post(tenant.pep(), EVALUATIONS, "{}").status()).isEqualTo(400);
  }

  @Test
  void aCallThatIsWrongAsAWholeIsRefusedAsAWhole() {
    var yes = question("alice", "read", "r1", "alice");
    var refused =
        List.of(
            several("whenever", List.of(yes)),
            several(
                "execute_all", IntStream.range(0, 101).mapToObj(_ -> JsonObject.EMPTY).toList()),
            Json.object().put("evaluations", "all").build(),
            yes.with("evaluations", Json.array(List.of(yes))).with("options", Json.of("fast")),
            yes.with("context", Json.object().put("a", "x".repeat(20_000)).build())
                .with(
                    "evaluations",
                    Json.array(IntStream.range(0, 50).mapToObj(_ -> JsonObject.EMPTY).toList())));
    for (var body : refused) {
      var answer = http.post(tenant.pep(), EVALUATIONS, body.toString());
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    }
    assertThat(
            decisions(several("execute_all", IntStream.range(0, 100).mapToObj(_ -> yes).toList())))
        .hasSize(100)
        .containsOnly(true);
  }

  @Test
  void askingAllAtOnceIsAskingOneByOne() {
    tenants.store(
        tenant,
        List.of(
            new Entity("record", "r1", Json.object().put("owner", "alice").build()),
            new Entity("user", "carol", Json.object().put("suspended", true).build())));
    Property.holdsFor(
        8,
        random -> {
          var questions = new ArrayList<JsonObject>();
          for (int i = random.nextInt(1, 10); i > 0; i--) {
            questions.add(
                question(
                    pick(random, "alice", "bob", "carol"),
                    pick(random, "read", "pay"),
                    pick(random, "r1", "r2"),
                    pick(random, "alice", "bob", "carol")));
          }
          var atOnce = decisions(several("execute_all", questions));
          assertThat(atOnce)
              .isEqualTo(questions.stream().map(each -> decision(asked(each).json())).toList());
          int deny = atOnce.indexOf(false);
          assertThat(decisions(several("deny_on_first_deny", questions)))
              .isEqualTo(deny < 0 ? atOnce : atOnce.subList(0, deny + 1));
          int permit = atOnce.indexOf(true);
          assertThat(decisions(several("permit_on_first_permit", questions)))
              .isEqualTo(permit < 0 ? atOnce : atOnce.subList(0, permit + 1));
        });
  }

  private static String pick(RandomGenerator random, String... words) {
    return words[random.nextInt(words.length)];
  }
}
