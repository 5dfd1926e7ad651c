package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.testkit.Await;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.certificate.CertificateVerdict;
import dev.countersign.trust.sequential.PromotionTest;
import dev.countersign.trust.usecase.SetTrust;
import dev.countersign.trust.usecase.SplitScope;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Certificates and settings of trust on a real log.
class IssueCertificateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// So many are enough for a budget of 10% and a line of 1,600, and one more.
  private static final int CLEAN = 81;

  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  private JsonObject propose() {
    return world.propose(World.id(world.open(), "case_id"), "advance");
  }

  private UUID scope() {
    JsonObject listed =
        world.transactions.run(
            world.tenant,
            Rules.READ,
            transaction -> world.scopes.list(transaction, 1, Optional.empty()).items().getFirst());
    return World.id(listed, "scope_id");
  }

  private CertificateVerdict.Valid valid(SignedNote note) {
    var verdict =
        CertificateVerdict.of(
            note.toString().getBytes(StandardCharsets.UTF_8),
            TrustedKeys.of(world.logKey.verifier()),
            world.clock.instant());
    assertThat(verdict).isInstanceOf(CertificateVerdict.Valid.class);
    return (CertificateVerdict.Valid) verdict;
  }

  @Test
  void whatAScopeHasEarnedIsCertifiedAndNothingIsStored() {
    world.decide(world.reviewer, propose(), "approve");
    world.stage("advance", "guarded_auto");
    var before = world.rows();
    int entries = world.log().size();
    var valid = valid(world.certificates.issue(world.agent, scope()));
    assertThat(world.rows()).isEqualTo(before);
    assertThat(world.log()).hasSize(entries);
    var certificate = valid.certificate();
    assertThat(certificate.stage()).isEqualTo(Stage.GUARDED_AUTO);
    assertThat(certificate.tenant()).isEqualTo(world.tenant);
    assertThat(certificate.demo()).isTrue();
    assertThat(certificate.versions().orElseThrow()).endsWith("no model declared");
    assertThat(certificate.issuedAt()).isEqualTo(world.clock.instant());
    assertThat(valid.size()).isGreaterThanOrEqualTo(entries);
  }

  /// By an ordinary road: people decide for days, others see what comes of it, and the test raises.
  @Test
  void itSaysByWhatEvidenceTheStageWasEarnedUntilTheStageMoves() {
    standard(Promotion.AUTOMATIC);
    for (int i = 0; i < CLEAN; i++) {
      world.clock.advance(Duration.ofHours(3));
      succeed(i % 2 == 0 ? world.reviewer : world.reviewer2);
    }
    // The windows of what was carried out close.
    world.clock.advance(Duration.ofDays(20));
    assertThat(valid(world.certificates.issue(world.agent, scope())).certificate().earned())
        .as("at observe")
        .isEmpty();
    succeed(world.reviewer);
    var certificate = valid(world.certificates.issue(world.agent, scope())).certificate();
    assertThat(certificate.stage()).isEqualTo(Stage.PROPOSE);
    assertThat(certificate.next().orElseThrow().counted()).as("the next step's").isZero();
    var earned = certificate.earned().orElseThrow();
    assertThat(earned.counted()).isEqualTo(CLEAN);
    assertThat(earned.harms()).isZero();
    assertThat(earned.budget()).isEqualTo(0.10);
    assertThat(earned.line()).isEqualTo(1_600);
    assertThat(earned.wealth()).isEqualTo(new PromotionTest(0.10, CLEAN, 0, List.of()).wealth());
    assertThat(earned.versions()).isEqualTo(certificate.versions()).isPresent();
    var entry =
        world.log().stream()
            .filter(one -> one.action().equals("stage.promoted"))
            .findFirst()
            .flatMap(one -> one.content().object("details"))
            .orElseThrow();
    assertThat(entry.object("earned")).contains(earned.toJson());

    var harmful = World.execution(world.decide(world.reviewer, propose(), "approve"));
    world.report(world.observer, harmful, false, "severe");
    var lowered = valid(world.certificates.issue(world.agent, scope())).certificate();
    assertThat(lowered.stage()).isEqualTo(Stage.OBSERVE);
    assertThat(lowered.earned()).isEmpty();
    assertThat(world.log().getLast().content().object("details").orElseThrow().member("earned"))
        .as("of a demotion")
        .isEmpty();
  }

  private void succeed(Principal reviewer) {
    var execution = World.execution(world.decide(reviewer, propose(), "approve"));
    world.report(world.observer, execution, true, "none");
  }

  private void standard(Promotion promotion) {
    world.transactions.run(
        world.tenant,
        Rules.CHANGE,
        transaction -> {
          world.scopes.set(transaction, new Setting(Profile.STANDARD, promotion));
          return true;
        });
  }

  @Test
  void whatADemosTableRaisedIsNoEvidence() {
    for (int i = 0; i < 7; i++) {
      succeed(world.reviewer);
    }
    var certificate = valid(world.certificates.issue(world.agent, scope())).certificate();
    assertThat(certificate.stage()).isNotEqualTo(Stage.OBSERVE);
    assertThat(certificate.earned()).isEmpty();
    var story = world.story(propose());
    assertThat(story.object("trust").orElseThrow().text("profile")).contains("demo");
    standard(Promotion.SIGNED);
    assertThat(world.story(propose()).object("trust").orElseThrow().text("profile"))
        .contains("standard");
  }

  @Test
  void onlyItsTenantGetsOne() {
    propose();
    var scope = scope();
    var other = World.principal(world.newTenant(), "ck_other", "viewer");
    assertThatThrownBy(() -> world.certificates.issue(other, scope))
        .isInstanceOf(Refusal.NotFound.class);
    assertThatThrownBy(() -> world.certificates.issue(world.agent, UUID.randomUUID()))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void aRealTenantsIsOfNowAndEndsWhenTheScopeWouldDrop() {
    world.decide(world.reviewer, propose(), "approve");
    standard(Promotion.SIGNED);
    world.stage("advance", "guarded_auto");
    world.clock.advance(Duration.ofDays(29).plusHours(12));
    var certificate = valid(world.certificates.issue(world.agent, scope())).certificate();
    assertThat(certificate.asOf()).isEqualTo(certificate.issuedAt());
    assertThat(certificate.demo()).isFalse();
    assertThat(Duration.between(certificate.issuedAt(), certificate.expiresAt()))
        .isBetween(Duration.ofHours(11), Duration.ofHours(12));
    world.clock.advance(Duration.ofDays(1));
    assertThat(valid(world.certificates.issue(world.agent, scope())).certificate().stage())
        .as("idle, though no event said so yet")
        .isEqualTo(Stage.PROPOSE);
  }

  /// The evidence is committed and its entries still wait for their index.
  @Test
  void theCheckpointCoversEveryEntryOnWhichItRests() throws Exception {
    var first = propose();
    var scope = scope();
    var waiting = propose();
    var asked = new AtomicInteger();
    var issuing = world.certificates(counted(world.database.as(DatabaseRole.APP), asked));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var connection = world.database.behindTheCurtain().getConnection()) {
      connection.setAutoCommit(false);
      connection.createStatement().execute("select 1 from ledger.head for update");
      var decided = threads.submit(() -> world.decide(world.reviewer, waiting, "reject"));
      Await.until("the decision is committed", PATIENCE, this::entriesWait);
      var issued = threads.submit(() -> issuing.issue(world.agent, scope));
      // It reads, asks whether an entry waits, and asks again only if one does.
      Await.until("it waits", PATIENCE, () -> asked.get() > 2);
      assertThat(issued.isDone()).isFalse();
      connection.rollback();
      decided.get();
      assertThat(valid(issued.get()).size()).isEqualTo(world.log().size());
    }
    assertThat(world.proposalState(first)).isEqualTo("pending");
  }

  /// The same connections; each one that was asked for is counted.
  private static DataSource counted(DataSource source, AtomicInteger asked) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (_, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                asked.incrementAndGet();
              }
              return method.invoke(source, arguments);
            });
  }

  private boolean entriesWait() {
    try (var connection = world.database.behindTheCurtain().getConnection();
        var row =
            connection.createStatement().executeQuery("select count(*) from ledger.pending")) {
      return row.next() && row.getInt(1) > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void settingsAreRecordedWithWhatWasBefore() {
    var body =
        """
        {"steps":[{"budget":0.2,"harm_from":"major"},{"budget":0.05,"harm_from":"minor"},
          {"budget":0.02,"harm_from":"minor"},{"budget":0.005,"harm_from":"severe"}],
         "risk":0.001,"promotion":"signed","reason":"as decided"}
        """;
    long generation = trustGeneration();
    var request = SetTrust.parse(JsonReader.readObject(body));
    var answer = world.setTrust.set(world.call(world.admin), request).answer();
    assertThat(answer.text("profile")).as("it stays").contains("demo");
    assertThat(world.setTrust.show(world.agent).items("steps")).isEqualTo(answer.items("steps"));
    assertThat(trustGeneration()).isEqualTo(generation + 1);
    var entry = world.log().getLast();
    assertThat(entry.action()).isEqualTo("trust.settings_set");
    var details = entry.content().object("details").orElseThrow();
    assertThat(details.object("before").orElseThrow().text("promotion")).contains("automatic");
    assertThat(details.object("after").orElseThrow().number("risk")).contains(0.001);
    assertThat(details.text("reason")).contains("as decided");
  }

  @Test
  void aScopeThatIsSplitOffInheritsHarmsAndAttemptsAndNothingElse() {
    world.decide(world.reviewer, propose(), "reject");
    world.decide(world.reviewer, propose(), "approve");
    var from = scope();
    var request = SplitScope.parse(JsonReader.readObject("{\"queue\":\"triage\"}"));
    var made = world.splitScope.split(world.call(world.admin), from, request).answer();
    assertThat(made.text("stage")).contains("observe");
    assertThat(made.text("queue")).contains("triage");
    assertThat(made.text("site")).contains("main");
    var test = made.object("promotion_test").orElseThrow();
    assertThat(test.number("ordinal")).contains(2.0);
    assertThat(test.number("attempt")).contains(2.0);
    var rates = made.object("score").flatMap(score -> score.object("parts")).orElseThrow();
    assertThat(rates.member("reliability")).as("no merits").contains(Json.NULL);
    var entry = world.log().getLast();
    assertThat(entry.action()).isEqualTo("scope.split");
    assertThat(entry.content().toString()).contains(from.toString(), "triage");
    for (var same : new String[] {"{\"queue\":\"triage\"}", "{\"queue\":\"intake\"}"}) {
      var again = SplitScope.parse(JsonReader.readObject(same));
      assertThatThrownBy(() -> world.splitScope.split(world.call(world.admin), from, again))
          .isInstanceOf(Refusal.Conflict.class);
    }
    for (var wrong : new String[] {"{}", "{\"queue\":\" \"}", "{\"action_type\":\"x\"}"}) {
      assertThatThrownBy(() -> SplitScope.parse(JsonReader.readObject(wrong)))
          .isInstanceOf(Refusal.Invalid.class);
    }
  }

  private long trustGeneration() {
    return world.transactions.run(
        world.tenant, Rules.READ, transaction -> transaction.generation().trust());
  }
}
