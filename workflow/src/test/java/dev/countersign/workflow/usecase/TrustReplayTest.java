package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import dev.countersign.ledger.usecase.EraseContent;
import dev.countersign.trust.Edition;
import dev.countersign.trust.Heard;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustReplay;
import dev.countersign.trust.TrustReplay.Folded;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.replay.Findings;
import dev.countersign.trust.replay.LoggedTrust;
import dev.countersign.trust.replay.ReplayedScope;
import dev.countersign.trust.replay.ReplayedScope.Came;
import dev.countersign.trust.store.StoredScope;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.usecase.SetTrust;
import dev.countersign.trust.usecase.SplitScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// From the entries of the log alone each scope comes to the state that is stored, bit for bit.
class TrustReplayTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  private UUID open() {
    return World.id(world.open(), "case_id");
  }

  private List<Heard> heard() {
    var heard = new ArrayList<Heard>();
    for (var entry : world.log()) {
      for (var item : entry.content().object("details").orElse(entry.content()).items("evidence")) {
        heard.add(Heard.fromJson((JsonObject) item));
      }
    }
    return heard;
  }

  private List<StoredScope> stored() {
    return world.transactions.run(
        world.tenant,
        Rules.READ,
        transaction -> new TrustStore().list(transaction, 100, Optional.empty()));
  }

  private TrustReplay replayed() {
    var replay = new TrustReplay(Setting.beginning(Profile.DEMO));
    for (var entry : world.log()) {
      var details = entry.content().object("details").orElse(entry.content());
      if (entry.action().equals("trust.settings_set")) {
        replay.set(Setting.fromJson(details.object("after").orElseThrow()));
      }
      for (var item : details.items("evidence")) {
        var one = Heard.fromJson((JsonObject) item);
        assertThat(Heard.fromJson(one.toJson())).isEqualTo(one);
        assertThat(replay.fold(one)).as(one.toJson().toString()).isEqualTo(new Folded.Agreed());
      }
    }
    return replay;
  }

  private void comesToWhatIsStored() {
    var states = replayed().states();
    var stored = stored();
    assertThat(stored).isNotEmpty();
    assertThat(states).hasSameSizeAs(stored);
    for (var scope : stored) {
      assertThat(states.get(scope.id()))
          .extracting(TrustState::digest)
          .as(scope.key().toString())
          .isEqualTo(scope.state().digest());
    }
    exportComesToThem(stored);
  }

  /// Verified by the log's key, and folded as it is read.
  private Findings exported(Path file) {
    var log = new LoggedTrust(Optional.of(Profile.DEMO));
    var keys = TrustedKeys.of(world.logKey.verifier());
    try {
      assertThat(new ExportVerifier(keys).verify(file, (_, _) -> {}, log::follow))
          .isInstanceOf(Verdict.Verified.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return log.findings();
  }

  private Findings exported() {
    return exported(world.export());
  }

  private void exportComesToThem(List<StoredScope> stored) {
    var findings = exported();
    assertThat(findings.faults()).isEmpty();
    assertThat(findings.scopes())
        .extracting(
            ReplayedScope::id,
            ReplayedScope::key,
            ReplayedScope::came,
            scope -> scope.stage().orElseThrow())
        .containsExactlyInAnyOrderElementsOf(
            stored.stream()
                .map(scope ->
                    tuple(scope.id(), scope.key(), new Came.Agrees(), scope.state().stage()))
                .toList());
  }

  @Test
  void aStoryOfEverythingThatCanHappen() {
    var random = new SplittableRandom(5);
    for (int i = 0; i < 40; i++) {
      var proposed = world.propose(open(), random.nextBoolean() ? "advance" : "refuse");
      world.clock.advance(Duration.ofMinutes(random.nextInt(600)));
      switch (random.nextInt(10)) {
        case 0 -> world.decide(world.reviewer, proposed, "reject");
        case 1 ->
            world.withdrawProposal.withdraw(
                world.call(world.agent), World.id(proposed, "proposal_id"), "");
        case 2 -> {
          world.clock.advance(Duration.ofDays(4));
          world.workOffDue.round();
        }
        default -> executed(proposed, random);
      }
    }
    world.clock.advance(Duration.ofDays(20));
    world.workOffDue.round();
    assertThat(world.actions()).contains("outcome.overdue", "proposal.expired");
    comesToWhatIsStored();
  }

  private void executed(JsonObject proposed, SplittableRandom random) {
    var execution =
        World.id(
            world.decide(world.reviewer, proposed, "approve").object("execution").orElseThrow(),
            "id");
    switch (random.nextInt(5)) {
      case 0 -> {}
      case 1 -> world.rollBack(world.reviewer, execution);
      case 2 -> world.report(world.observer, execution, false, "major");
      default -> world.report(world.observer, execution, true, "none");
    }
  }

  @Test
  void editsComeInTheirOrder() {
    var proposed = world.propose(open(), "advance");
    world.editProposal.edit(
        world.call(world.reviewer),
        World.approval(proposed),
        new EditProposal.Request(
            Digest.parse(proposed.text("action_digest").orElseThrow()).orElseThrow(),
            Json.object().put("a", 1).build(),
            "better so",
            Optional.empty()));
    comesToWhatIsStored();
  }

  @Test
  void peopleLowerSignAndSplit() {
    for (int i = 0; i < 7; i++) {
      world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    }
    assertThat(world.actions()).contains("stage.promoted");
    var scope = stored().getFirst();
    new SplitScope(world.ledger, world.scopes)
        .split(
            world.call(world.admin),
            scope.id(),
            SplitScope.parse(Json.object().put("queue", "elsewhere").build()));
    world.decide(world.reviewer, world.propose(open(), "advance"), "reject");
    comesToWhatIsStored();
  }

  @Test
  void whatChanceLeftOutAndIsProposedAgain() {
    world.ceiling("full_auto");
    for (int i = 0; i < 9; i++) {
      var decided = world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
      var execution = World.id(decided.object("execution").orElseThrow(), "id");
      world.report(world.observer, execution, true, "none");
    }
    assertThat(stored().getFirst().state().stage()).isEqualTo(Stage.GUARDED_AUTO);
    for (int i = 0; i < 5; i++) {
      var caseId = open();
      for (int times = 0; times < 4; times++) {
        var proposed = world.propose(caseId, "advance");
        world.withdrawProposal.withdraw(
            world.call(world.agent), World.id(proposed, "proposal_id"), "");
      }
    }
    comesToWhatIsStored();
  }

  /// From the draws to what is told, stored, logged, exported and folded again.
  @Test
  void evidenceOfASharesChangeIsToldInFullAndFoldsAgainFromTheLog() {
    world.ceiling("full_auto");
    world.report(world.observer, execution("rx 1"), true, "none");
    for (int i = 0; i < 15 && stage().compareTo(Stage.GUARDED_AUTO) < 0; i++) {
      world.decide(world.reviewer, propose("rx 1"), "approve");
    }
    assertThat(stage()).isEqualTo(Stage.GUARDED_AUTO);
    audited(500, "approve");
    audited(5_000, "approve");
    audited(5_000, "reject");
    world.clock.advance(Duration.ofDays(16));
    audited(5_000, "approve");
    var told = shownTest();
    assertThat(told.number("counted")).as("what people looked at").contains(3.0);
    assertThat(told.number("harms")).contains(1.0);
    var attempt = stored().getFirst().state().toJson().object("attempt").orElseThrow();
    assertThat(attempt.number("clean")).as("the test has one of the first share").contains(1.0);
    assertThat(attempt.items("weighted")).as("and weighs the others").hasSize(5);
    comesToWhatIsStored();
  }

  private JsonObject shownTest() {
    return world
        .transactions
        .run(
            world.tenant,
            Rules.READ,
            transaction -> world.scopes.list(transaction, 10, Optional.empty()))
        .items()
        .getFirst()
        .object("promotion_test")
        .orElseThrow();
  }

  /// Chance gives it to people, with a share of so many in ten thousand.
  private void audited(int share, String decision) {
    var subject = open();
    world.tamper(
        """
        insert into workflow.audit_draw (tenant_id, case_id, case_version, action_type, drawn, audit_per_10000)
        select tenant_id, case_id, version, 'advance', true, %d from workflow.case_file where case_id = '%s'\
        """
            .formatted(share, subject));
    var proposed =
        world.propose(
            world.agent, World.proposal(subject, 1, "advance").with("model", Json.of("rx 1")));
    var decided = world.decide(world.reviewer, proposed, decision);
    decided
        .object("execution")
        .ifPresent(done -> world.report(world.observer, World.id(done, "id"), true, "none"));
  }

  private JsonObject propose(String model) {
    return world.propose(
        world.agent, World.proposal(open(), 1, "advance").with("model", Json.of(model)));
  }

  private UUID execution(String model) {
    var decided = world.decide(world.reviewer, propose(model), "approve");
    return World.id(decided.object("execution").orElseThrow(), "id");
  }

  @Test
  void outcomesOfOtherVersionsToo() {
    var theirs = List.of(execution("rx 1"), execution("rx 1"), execution("rx 1"));
    var ours = execution("rx 2");
    world.report(world.observer, theirs.get(0), true, "none");
    world.report(world.observer, theirs.get(1), false, "major");
    world.rollBack(world.reviewer, theirs.get(2));
    world.report(world.observer, ours, true, "none");
    comesToWhatIsStored();
    assertThat(heard()).extracting(Heard::edition).containsOnly(Edition.NOW);
  }

  /// A setting is in force from its entry on, for what is heard after it: with other weights a
  /// scope rises that otherwise would not.
  @Test
  void whatATenantWeighsIsFoldedFromItsEntries() {
    for (int i = 0; i < 7; i++) {
      world.decide(world.reviewer, propose("rx 1"), "approve");
    }
    world.report(world.observer, execution("rx 1"), true, "none");
    for (int i = 0; i < 26; i++) {
      world.decide(world.reviewer, propose("rx 1"), "reject");
    }
    var before = stage();
    var step = "{\"budget\":%s,\"harm_from\":\"minor\"}";
    var weights =
        "{\"reliability\":0.1,\"alignment\":0.9,\"safety\":0,\"value\":0,\"override_rate\":0}";
    var set = new SetTrust(world.transactions, world.ledger, new TrustStore());
    set.set(
        world.call(world.admin),
        SetTrust.parse(
            JsonReader.readObject(
                "{\"steps\":[%s,%s,%s,%s],\"risk\":0.01,\"promotion\":\"automatic\",\"reason\":\"r\",\"score_weights\":%s}"
                    .formatted(
                        step.formatted(0.1),
                        step.formatted(0.05),
                        step.formatted(0.02),
                        step.formatted(0.01),
                        weights))));
    assertThat(stage()).isEqualTo(before).isEqualTo(Stage.PROPOSE);
    world.decide(world.reviewer, propose("rx 1"), "approve");
    assertThat(stage()).isEqualTo(Stage.GUARDED_AUTO);
    comesToWhatIsStored();

    var unaware = new TrustReplay(Setting.beginning(Profile.DEMO));
    assertThat(heard()).map(unaware::fold).anyMatch(Folded.Differs.class::isInstance);
  }

  private Stage stage() {
    return stored().getFirst().state().stage();
  }

  /// Transactions of one scope wait for each other, and their entries stand in that order.
  @Test
  void atOnceToo() throws Exception {
    var cases = new ArrayList<UUID>();
    for (int i = 0; i < 12; i++) {
      cases.add(open());
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<JsonObject>>();
      for (var subject : cases) {
        running.add(
            threads.submit(
                () -> world.decide(world.reviewer, world.propose(subject, "advance"), "approve")));
      }
      for (var each : running) {
        each.get();
      }
    }
    comesToWhatIsStored();
  }

  /// Whoever changes what came of it is found, at the event where it differs.
  @Test
  void aStateThatWasNotEarnedIsFound() {
    for (int i = 0; i < 3; i++) {
      world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    }
    world.tamper("update trust.scope set state = replace(state, '\"streak\":0', '\"streak\":1')");
    world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    var findings = exported();
    assertThat(findings.sound()).isFalse();
    assertThat(findings.scopes().getFirst().came()).asString().contains("another state");
  }

  private void approve(int times) {
    for (int i = 0; i < times; i++) {
      world.decide(world.reviewer, world.propose(open(), "advance"), "approve");
    }
  }

  @Test
  void otherTermsAreThoseOfTheirTime() {
    approve(3);
    var body =
        """
        {"steps": [{"budget": 0.1, "harm_from": "minor"}, {"budget": 0.04, "harm_from": "minor"},
                   {"budget": 0.02, "harm_from": "major"}, {"budget": 0.01, "harm_from": "severe"}],
         "risk": 0.001, "promotion": "signed", "reason": "as decided"}\
        """;
    world.setTrust.set(world.call(world.admin), SetTrust.parse(JsonReader.readObject(body)));
    approve(6);
    assertThat(world.actions()).as("nobody signed").doesNotContain("stage.promoted");
    var findings = exported();
    assertThat(findings.sound()).isTrue();
    assertThat(findings.terms()).isEqualTo(Findings.Terms.TOLD);
    assertThat(findings.scopes().getFirst().stage()).contains(stored().getFirst().state().stage());
  }

  /// An erasure leaves the scope's state, so what is heard afterwards is more than what is told.
  @Test
  void evidenceThatWasErasedMakesItsScopeUnknown() {
    approve(2);
    world.decide(world.reviewer, world.propose(open(), "refuse"), "approve");
    var erase = new EraseContent(world.ledger, List.of());
    erase.erase(world.call(world.admin), world.actions().indexOf("approval.granted"), "on request");
    approve(1);
    var findings = exported();
    assertThat(findings.sound()).isTrue();
    assertThat(findings.erased()).isEqualTo(1);
    assertThat(findings.scopes())
        .extracting(scope -> scope.key().actionType(), scope -> scope.came() instanceof Came.Agrees)
        .containsExactlyInAnyOrder(tuple("advance", false), tuple("refuse", true));
  }
}
