package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.workflow.ApprovalRules;
import dev.countersign.workflow.Versions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What was earned belongs to the versions that earned it.
class VersionsTest {
  private static final String OURS = "rx-triage 2.3";
  private static final String OTHER = "rx-triage 2.4";

  private final World world = World.ready();

  @BeforeEach
  void aScopeOfOneModel() {
    world.decide(world.reviewer, propose(Optional.of(OURS)), "approve");
    world.ceiling("full_auto");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private UUID unaudited() {
    var caseId = World.id(world.open(), "case_id");
    world.chance(caseId, "advance", false);
    return caseId;
  }

  private JsonObject propose(Optional<String> model) {
    return world.propose(world.agent, body(unaudited(), model));
  }

  private static JsonObject body(UUID caseId, Optional<String> model) {
    var body = World.proposal(caseId, 1, "advance");
    return model.map(name -> body.with("model", Json.of(name))).orElse(body);
  }

  private static String reasons(JsonObject answer) {
    return answer.items("mode_reasons").toString();
  }

  private String stage(JsonObject proposed) {
    return world
        .story(proposed)
        .object("trust")
        .flatMap(scope -> scope.text("stage"))
        .orElseThrow();
  }

  @Test
  void theModelThatEarnedItRunsByItself() {
    world.stage("advance", "full_auto");
    var proposed = propose(Optional.of(OURS));
    assertThat(proposed.text("state")).contains("executed");
    assertThat(world.story(proposed).text("model")).contains(OURS);
    var created =
        world.log().stream()
            .filter(entry -> entry.action().equals("proposal.created"))
            .reduce((_, later) -> later)
            .flatMap(entry -> entry.content().object("details"))
            .orElseThrow();
    assertThat(created.text("model")).contains(OURS);
    assertThat(created.text("versions").orElseThrow())
        .matches("policies [0-9a-f]{64}, tool transition/1 to review, model " + OURS);
  }

  @Test
  void anotherModelOrNoneHasWhatIsProvenForItAndLowersTheScope() {
    for (var model : List.of(Optional.of(OTHER), Optional.<String>empty())) {
      world.stage("advance", "full_auto");
      var proposed = propose(model);
      assertThat(proposed.text("mode")).contains("observe");
      assertThat(proposed.text("state")).contains("pending");
      assertThat(reasons(proposed)).contains("\"version\"", "for these `observe` is proven");
      assertThat(stage(proposed)).isEqualTo("observe");
      assertThat(world.log().getLast())
          .satisfies(
              entry -> assertThat(entry.action()).isEqualTo("stage.demoted"),
              entry ->
                  assertThat(entry.correlationId())
                      .isEqualTo(proposed.text("proposal_id").orElseThrow()),
              entry -> assertThat(entry.content().toString()).contains("version_changed"));
    }
    assertThat(propose(Optional.of(OURS)).text("mode"))
        .as("going back raises nothing")
        .contains("observe");
  }

  @Test
  void aDryRunOfAnotherModelSaysSoAndLowersNothing() {
    world.stage("advance", "guarded_auto");
    var caseId = unaudited();
    var before = world.rows();
    var tried =
        world.dryRun.tryOut(
            world.call(world.agent),
            ProposalRequest.parse(body(caseId, Optional.of(OTHER)), TenantProfile.DEMO));
    assertThat(tried.text("would")).contains("wait_for_people");
    assertThat(reasons(tried)).contains("model " + OTHER, "model " + OURS);
    assertThat(world.rows()).isEqualTo(before);
  }

  @Test
  void aChangeOfPoliciesCountsOnlyIfTheyDecideAboutThisAction() {
    world.activate(policy("elsewhere", "fill"));
    world.stage("advance", "full_auto");
    assertThat(propose(Optional.of(OURS)).text("mode")).contains("full_auto");
    world.activate(policy("here", "advance"));
    var proposed = propose(Optional.of(OURS));
    assertThat(proposed.text("mode")).contains("observe");
    assertThat(reasons(proposed)).contains("the policies that decide about it");
  }

  @Test
  void whatWaitsForVetoesIsAskedAgainForItsOwnVersions() {
    world.stage("advance", "guarded_auto");
    var waiting = propose(Optional.of(OURS));
    assertThat(waiting.text("mode")).contains("guarded_auto");
    world.activate(policy("here", "advance"));
    world.clock.advance(ApprovalRules.USUAL_VETO);
    world.workOffDue.round();
    assertThat(world.proposalState(waiting)).isEqualTo("pending");
    assertThat(world.story(waiting).items("blocked").toString())
        .contains("version", "the policies that decide about it");
    assertThat(world.actions()).endsWith("proposal.held_back");
    assertThat(stage(waiting)).as("asking lowers nothing").isEqualTo("guarded_auto");
  }

  @Test
  void ceilingsOfModelsHoldBackTheirsAloneAndSayWhose() {
    var body =
        """
        {"ceiling":"full_auto","reason":"new","undeclared_ceiling":"observe",
         "model_ceilings":[{"model":"rx-triage 2.3","ceiling":"propose"}]}
        """;
    world.setAutonomy.set(world.call(world.admin), SetAutonomy.parse(JsonReader.readObject(body)));
    assertThat(world.setAutonomy.show(world.admin).items("model_ceilings"))
        .containsExactly(
            JsonReader.readObject("{\"model\":\"rx-triage 2.3\",\"ceiling\":\"propose\"}"));
    world.stage("advance", "full_auto");
    var proposed = propose(Optional.of(OURS));
    assertThat(proposed.text("mode")).contains("propose");
    assertThat(reasons(proposed)).contains("the ceiling of model `" + OURS + "` is `propose`");
    assertThat(reasons(propose(Optional.of(OTHER)))).doesNotContain("ceiling");
    assertThat(reasons(propose(Optional.empty())))
        .contains("no model is declared, for which the ceiling is `observe`");
    world.ceiling("full_auto");
    assertThat(world.setAutonomy.show(world.admin).items("model_ceilings")).isEmpty();
  }

  /// A ceiling of the tenant, of a model, and versions for which nothing is proven yet.
  @Test
  void whatBoundsOfTrustHideIsHiddenAfterAnEdit() {
    world.stage("advance", "propose");
    world.ceiling("observe");
    hiddenAfterAnEdit(OURS);
    var body =
        """
        {"ceiling":"full_auto","reason":"tried","model_ceilings":[{"model":"rx-triage 2.3","ceiling":"observe"}]}
        """;
    world.setAutonomy.set(world.call(world.admin), SetAutonomy.parse(JsonReader.readObject(body)));
    hiddenAfterAnEdit(OURS);
    world.ceiling("full_auto");
    hiddenAfterAnEdit(OTHER);
  }

  private void hiddenAfterAnEdit(String model) {
    var proposed = propose(Optional.of(model));
    assertThat(proposed.text("mode")).contains("observe");
    var edited = world.edit(world.reviewer, proposed, "another");
    assertThat(edited.text("mode")).contains("observe");
    assertThat(edited.member("predictions")).contains(Json.NULL);
    var card = world.showApprovals.one(world.reviewer2, World.approval(edited));
    assertThat(card.truth("prediction_hidden")).contains(true);
    assertThat(card.member("predictions")).contains(Json.NULL);
  }

  @Test
  void ceilingsAreRefusedWithAllTheirProblems() {
    var body =
        """
        {"ceiling":"full_auto","reason":"new","undeclared_ceiling":"blocked",
         "model_ceilings":[{"model":"a","ceiling":"propose"},{"model":"a","ceiling":"blocked"},
           {"model":" b","ceiling":"propose","x":1}]}
        """;
    assertThatThrownBy(() -> SetAutonomy.parse(JsonReader.readObject(body)))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .extracting(Violation::pointer, Violation::code)
                    .containsExactlyInAnyOrder(
                        tuple("/undeclared_ceiling", "wrong_value"),
                        tuple("/model_ceilings/1/model", "duplicate"),
                        tuple("/model_ceilings/1/ceiling", "wrong_value"),
                        tuple("/model_ceilings/2/model", "wrong_value"),
                        tuple("/model_ceilings/2/x", "unknown_field")));
  }

  @Test
  void aModelIsNamedByVisibleCharacters() {
    for (var name : new String[] {"a\u200bb", " a", "a ", "a\nb", "\u202eb", "", "x".repeat(101)}) {
      assertThat(Versions.isModel(name)).as(name).isFalse();
    }
    assertThat(Versions.isModel("rx triage, 2.3 (größer)")).isTrue();
  }

  @Test
  void textsOfVersionsAreTheSameOnlyIfTheVersionsAre() {
    var digest = Digest.sha256(new byte[0]);
    var model = new Versions(digest, "transition/1 to a", Optional.of("declared, model x"));
    var none = new Versions(digest, "transition/1 to a", Optional.empty());
    assertThat(model.text()).isNotEqualTo(none.text());
    assertThat(model.text().length()).isLessThan(300);
    assertThat(none.differences(model.text()))
        .containsExactly("`no model declared`, not `model declared, model x`");
    var tool = new Versions(digest, "transition/1 to b", Optional.empty());
    assertThat(tool.differences(none.text())).hasSize(1);
    assertThat(tool.differences("of before")).containsExactly("all parts");
    assertThatThrownBy(() -> new Versions(digest, "a, b", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static JsonObject policy(String key, String action) {
    return JsonReader.readObject(
        """
        {"key": "%s", "message": "never", "effect": "forbid", "condition": "false",
         "applies_to": {"operations": ["%s"]}}
        """
            .formatted(key, action));
  }
}
