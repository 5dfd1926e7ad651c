package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A decoy ends with what is real on its case: what alone stayed on one that moved, everybody would
/// know for a decoy. So it does when the same is proposed in earnest, which waits once only.
class MovedDecoyTest {
  private static final JsonObject DEFINITION =
      World.DEFINITION.with(
          "attributes", JsonReader.read("[{\"name\": \"cents\", \"type\": \"integer\"}]", 10));

  private static final int ROUNDS = 10;

  private final World world = new World();

  MovedDecoyTest() {
    world.define(DEFINITION);
    for (var transition : List.of("advance", "refuse", "finish")) {
      world.authorize(transition);
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  /// A real request and a decoy on one case.
  private record Pair(JsonObject real, JsonObject decoy) {
    UUID subject() {
      return World.id(decoy, "case_id");
    }
  }

  private Pair pair() {
    world.trap("refuse", "case.queue == 'intake'");
    var subject = World.id(world.open(), "case_id");
    world.watch("{\"decoy_rate\": 1}");
    var proposed = world.propose(subject, "advance");
    world.watch("{\"decoy_rate\": 0}");
    var waiting = waiting(subject);
    assertThat(waiting).as("a real one and a decoy").hasSize(2);
    boolean first = World.id(waiting.getFirst(), "id").equals(World.approval(proposed));
    return new Pair(waiting.get(first ? 0 : 1), waiting.get(first ? 1 : 0));
  }

  private List<JsonObject> waiting(UUID subject) {
    return world
        .showApprovals
        .inbox(world.pharmacist, new Page(Page.MOST, Optional.empty()))
        .items("approvals")
        .stream()
        .map(JsonObject.class::cast)
        .filter(line -> World.id(line, "case_id").equals(subject))
        .toList();
  }

  private void isOver(Pair pair) {
    assertThat(waiting(pair.subject())).isEmpty();
    isVoid(pair);
  }

  private void isVoid(Pair pair) {
    var id = World.id(pair.decoy(), "id");
    assertThat(world.showApprovals.one(world.reviewer, id).text("verdict")).contains("void");
    assertThat(world.actions()).containsOnlyOnce("decoy.revealed");
    assertThat(
            world.showReviewers.list(world.admin, Optional.empty(), 100).items("reviewers").stream()
                .map(line -> ((JsonObject) line).object("missed").orElseThrow())
                .map(missed -> missed.number("of")))
        .as("it says nothing about anybody")
        .allMatch(of -> of.equals(Optional.of(0.0)));
  }

  private void approve(JsonObject line) {
    var body =
        Json.object()
            .put("decision", "approve")
            .put("action_digest", line.text("action_digest").orElseThrow())
            .build();
    world.decideApproval.decide(
        world.call(world.pharmacist),
        World.id(line, "id"),
        DecisionRequest.parse(body, TenantProfile.STANDARD));
  }

  @Test
  void whereFactsAreCorrected() {
    var pair = pair();
    world.correct(world.reviewer, pair.subject(), Json.object().put("cents", 5).build());
    isOver(pair);
  }

  @Test
  void whereTheCaseIsHeld() {
    world.rule(List.of("letter"), "true", "{\"kind\": \"hold\"}");
    var pair = pair();
    world.tell(pair.subject(), "letter", JsonObject.EMPTY);
    isOver(pair);
  }

  @Test
  void whereTheCaseIsMigrated() {
    var pair = pair();
    world.define(DEFINITION.with("title", Json.of("Another refill")));
    var body =
        Json.object()
            .put("workflow_version", 2)
            .put("case_version", 1)
            .put("reason", "it is the next one")
            .build();
    world.migrateCase.migrate(world.call(world.admin), pair.subject(), MigrateCase.parse(body));
    isOver(pair);
  }

  @Test
  void whereSomethingElseIsCarriedOut() {
    var pair = pair();
    approve(pair.real());
    isOver(pair);
  }

  @Test
  void whereSomethingIsTakenBack() {
    var subject = World.id(world.open(), "case_id");
    var done = world.decide(world.reviewer, world.propose(subject, "advance"), "approve");
    world.trap("finish", "case.queue == 'review'");
    world.watch("{\"decoy_rate\": 1}");
    world.propose(World.id(world.open(), "case_id"), "advance");
    world.watch("{\"decoy_rate\": 0}");
    var decoy = waiting(subject).getFirst();
    world.rollBack(world.reviewer, World.execution(done));
    isOver(new Pair(decoy, decoy));
  }

  @Test
  void whereTheSameIsProposedInEarnest() {
    var pair = pair();
    var proposed = world.propose(pair.subject(), "refuse");
    assertThat(waiting(pair.subject()))
        .extracting(line -> World.id(line, "id"))
        .containsExactly(World.approval(proposed), World.id(pair.real(), "id"));
    isVoid(pair);
    assertThat(world.log())
        .filteredOn(entry -> entry.action().equals("proposal.created"))
        .hasSize(2)
        .allSatisfy(entry ->
            assertThat(entry.content().object("details").orElseThrow().items("evidence").toString())
                .as("trust heard of it in its own entry")
                .contains("\"proposal_id\":\"" + entry.correlationId()));
  }

  @Test
  void whereItIsShownWhileTheSameIsProposed() throws Exception {
    world.trap("refuse", "case.queue == 'intake'");
    for (int round = 0; round < ROUNDS; round++) {
      var subject = World.id(world.open(), "case_id");
      world.watch("{\"decoy_rate\": 1}");
      Together.run(() -> world.propose(subject, "advance"), () -> world.propose(subject, "refuse"));
      world.watch("{\"decoy_rate\": 0}");
      assertThat(
              world.text(
                  """
                  select count(*) from workflow.decoy d join workflow.proposal p using (tenant_id, case_id, scope_action)
                  where d.verdict is null and p.state = 'pending'\
                  """))
          .isEqualTo("0");
    }
  }

  /// Whoever moves the case and whoever shows a decoy on it wait for each other, so none is shown
  /// on a case that has moved meanwhile.
  @Test
  void whereItIsShownWhileTheCaseMoves() throws Exception {
    world.trap("refuse", "case.queue == 'intake'");
    for (int round = 0; round < ROUNDS; round++) {
      var subject = World.id(world.open(), "case_id");
      world.watch("{\"decoy_rate\": 1}");
      Together.run(
          () -> {
            try {
              return world.propose(subject, "advance");
            } catch (Refusal.Conflict corrected) {
              return JsonObject.EMPTY;
            }
          },
          () -> world.correct(world.reviewer, subject, 1, Json.object().put("cents", 5).build()));
      world.watch("{\"decoy_rate\": 0}");
      assertThat(
              world.text(
                  """
                  select count(*) from workflow.decoy d join workflow.case_file c using (tenant_id, case_id)
                  where d.verdict is null
                    and convert_from(d.action, 'UTF8')::json->>'case_version' <> c.version::text\
                  """))
          .isEqualTo("0");
    }
  }
}
