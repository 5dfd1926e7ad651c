package dev.countersign.server;

import static dev.countersign.server.GovernedTenants.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.Roles;
import dev.countersign.identity.store.FailedAttemptStore;
import dev.countersign.identity.usecase.RecordFailedAttempts;
import dev.countersign.identity.usecase.RecordKeyUsage;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Retention;
import dev.countersign.server.Effects.Left;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import dev.countersign.server.Http.Answer;
import dev.countersign.server.database.Databases;
import dev.countersign.server.demo.FirstKey;
import dev.countersign.testkit.Await;
import dev.countersign.trust.usecase.JudgeHours;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whatever time changes instead of a request has its entries as well: each timer of the server is
/// given something to do, by the tenant's rows being made due, and compared.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class EntriesOfJobsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Several rounds of the timer that comes twice a second.
  private static final Duration ROUNDS = Duration.ofSeconds(2);

  private static final String SETS = "/v1/policy-sets";

  @Inject GovernedTenants tenants;
  @Inject Databases databases;
  @Inject TenantTransactions transactions;
  @Inject FirstKey platform;
  @Inject Ledger ledger;
  @Inject Ids ids;
  @Inject FailedAttempts attempts;
  @Inject RecordKeyUsage usage;
  @Inject Retention retention;
  @Inject JudgeHours hours;

  private Http http;
  private GovernedTenant tenant;
  private Effects effects;
  private LogFault fault;
  private Connection superuser;

  @BeforeEach
  void open() throws IOException, SQLException {
    http = new Http();
    tenant = tenants.create();
    GovernedTenants.workflow(http, tenant);
    superuser = Superuser.connect(databases);
    effects = new Effects(databases, tenant.id().value());
    fault = new LogFault(databases, tenant.id().value(), tenant.id().value());
  }

  /// Whatever a test made a timer do: what is told of a case is in order by this.
  @AfterEach
  void whatIsOfACaseTellsItsCase() throws SQLException {
    var entries = CasesOfEntries.exported(http, tenant.as(Roles.AUDITOR));
    assertThat(entries).isNotEmpty();
    new CasesOfEntries(databases, tenant.id().value()).tellTheirs(entries);
  }

  @AfterEach
  void close() throws SQLException {
    fault.close();
    effects.close();
    superuser.close();
  }

  private Answer propose() {
    var opened =
        expect(201, http.post(tenant.as(Roles.AGENT), "/v1/cases", "{\"workflow\":\"claim\"}"));
    var body =
        "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"pay\"}}"
            .formatted(opened.text("case_id"));
    return expect(201, http.post(tenant.as(Roles.AGENT), "/v1/proposals", body));
  }

  private Answer approve(Answer proposed) {
    var approval = proposed.json().object("approval").orElseThrow().text("id").orElseThrow();
    return expect(
        200,
        http.post(
            tenant.as(Roles.REVIEWER),
            "/v1/approvals/" + approval + "/decisions",
            "{\"decision\":\"approve\",\"action_digest\":\"%s\"}"
                .formatted(proposed.text("action_digest"))));
  }

  private void due(String table, String column) {
    Superuser.execute(
        superuser,
        "update workflow.%s set %s = now() - interval '1 second' where tenant_id = '%s'"
            .formatted(table, column, tenant.id().value()));
  }

  private static void await(String what, BooleanSupplier condition) {
    Await.until(what, PATIENCE, condition);
  }

  private static void severalRounds() {
    long until = System.nanoTime() + ROUNDS.toNanos();
    await("further rounds", () -> System.nanoTime() > until);
  }

  private long indexed() {
    try (var statement = superuser.createStatement();
        var row =
            statement.executeQuery(
                "select count(*) from ledger.entry where tenant_id = '%s'"
                    .formatted(tenant.id().value()))) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /// What a timer leaves behind: first the log refuses the tenant's entries, and round after round
  /// changes nothing; then it works on until the log has so many more, and for several rounds.
  private Left timer(int entries, Runnable cause) {
    return effects.of(() -> {
      long from = indexed();
      fault.during(() -> {
        cause.run();
        var nothing = effects.of(EntriesOfJobsTest::severalRounds);
        assertThat(nothing.nothing()).as(nothing.toString()).isTrue();
      });
      await("entries of a timer", () -> indexed() >= from + entries);
      severalRounds();
    });
  }

  @Test
  void whatNobodyDecidedInTimeEndsWithOneEntry() {
    propose();
    var proposal =
        timer(
            1,
            () -> {
              due("approval_request", "expires_at");
              due("proposal", "due_at");
            });
    assertThat(proposal.entries()).containsExactly("proposal.expired");
    assertThat(proposal.tables())
        .containsExactly(
            "trust.memory",
            "trust.scope",
            "workflow.approval_request",
            "workflow.approval_waiting",
            "workflow.proposal");
  }

  @Test
  void whatWasLeftBehindIsExecutedWithOneEntry() {
    var proposed = propose();
    Superuser.execute(
        superuser,
        "create trigger refuse_execution before insert on workflow.execution for each row"
            + " when (new.tenant_id = '%s') execute function public.refuse_entry()"
                .formatted(tenant.id().value()));
    var approved = effects.of(() -> approve(proposed));
    assertThat(approved.entries()).containsExactly("approval.granted");
    var left =
        timer(
            1,
            () ->
                Superuser.execute(
                    superuser, "drop trigger refuse_execution on workflow.execution"));
    assertThat(left.entries()).containsExactly("execution.completed");
    assertThat(left.tables())
        .contains("workflow.case_file", "workflow.execution", "workflow.proposal");
  }

  @Test
  void whatNobodyAnsweredInTimeEndsWithOneEntry() {
    var author = tenant.as(Roles.POLICY_AUTHOR);
    var set =
        """
        {"policies":[{"key":"all","message":"a person decides","effect":"require_approval",
          "condition":"true"}]}
        """;
    activate(expect(201, http.post(author, SETS, set)).number("version"));
    var check = "{\"model\":\"m\",\"operation\":\"classify\",\"metadata\":{}}";
    var asked = expect(200, http.post(tenant.as(Roles.AGENT), "/v1/check", check));
    assertThat(asked.json().object("approval")).isPresent();
    var left = timer(1, () -> due("approval_request", "expires_at"));
    assertThat(left.entries()).containsExactly("approval.expired");
    assertThat(left.tables())
        .containsExactly("workflow.approval_request", "workflow.approval_waiting");
  }

  @Test
  void whatNobodyUsedOrDecidedInTimeEndsWithOneEntry() {
    var grant =
        "{\"template\":{\"workflow\":\"claim\",\"transition\":\"pay\",\"payload\":{\"a\":1}},\"expires_at\":\"%s\"}"
            .formatted(Instant.now().plusSeconds(3_600));
    expect(201, http.post(tenant.as(Roles.REVIEWER), "/v1/grants", grant));
    var expired = timer(1, () -> due("pre_grant", "expires_at"));
    assertThat(expired.entries()).containsExactly("grant.expired");
    assertThat(expired.tables()).containsExactly("workflow.pre_grant");
    var admin = tenant.as(Roles.TENANT_ADMIN);
    var trap =
        "{\"workflow\":\"claim\",\"transition\":\"decline\",\"condition\":\"true\",\"why\":\"w\"}";
    expect(201, http.post(admin, "/v1/traps", trap));
    expect(200, http.put(admin, "/v1/vigilance", "{\"decoy_rate\":1}"));
    propose();
    var revealed = timer(1, () -> due("decoy", "expires_at"));
    assertThat(revealed.entries()).containsExactly("decoy.revealed");
    // With it goes what models said of it.
    assertThat(revealed.tables()).containsExactly("trust.example", "workflow.decoy");
  }

  @Test
  void whatWaitsTooLongIsShownToOthersWithOneEntry() {
    propose();
    var left = timer(1, () -> due("approval_request", "escalates_at"));
    assertThat(left.entries()).containsExactly("approval.escalated");
    assertThat(left.tables()).containsExactly("workflow.approval_request");
  }

  @Test
  void whatStaysTooLongIsToldWithOneEntry() {
    expect(201, http.post(tenant.as(Roles.AGENT), "/v1/cases", "{\"workflow\":\"claim\"}"));
    var left = timer(1, () -> due("sla_timer", "due_at"));
    assertThat(left.entries()).containsExactly("case.sla_missed");
    assertThat(left.tables()).containsExactly("workflow.case_event", "workflow.sla_timer");
  }

  private void activate(long version) {
    var author = tenant.as(Roles.POLICY_AUTHOR);
    var path = SETS + "/" + version;
    expect(200, http.post(author, path + "/validate", ""));
    expect(202, http.post(author, path + "/activate", ""));
    var second = tenant.as(GovernedTenants.SECOND_AUTHOR);
    expect(200, http.post(second, path + "/confirm", ""));
  }

  private String simulated(String version) {
    var runs = http.get(tenant.as(Roles.POLICY_AUTHOR), version + "/simulations").json();
    return ((JsonObject) runs.items("simulations").getFirst()).text("state").orElseThrow();
  }

  private String sound() {
    var author = tenant.as(Roles.POLICY_AUTHOR);
    var set =
        "{\"policies\":[{\"key\":\"k\",\"message\":\"m\",\"effect\":\"permit\",\"condition\":\"true\"}]}";
    var version = SETS + "/" + expect(201, http.post(author, SETS, set)).number("version");
    expect(200, http.post(author, version + "/validate", ""));
    return version;
  }

  private void simulate(String version, String end) {
    expect(202, http.post(tenant.as(Roles.POLICY_AUTHOR), version + "/simulate", "{}"));
    await("the end of a simulation", () -> simulated(version).equals(end));
  }

  @Test
  void simulationThatFailsLeavesOneEntry() {
    var version = sound();
    Superuser.execute(
        superuser,
        "create trigger refuse_result before update on policy.simulation for each row"
            + " when (new.tenant_id = '%s' and new.state = 'done') execute function public.refuse_entry()"
                .formatted(tenant.id().value()));
    var left =
        effects.of(() -> {
          simulate(version, "failed");
          await("its entry", () -> actions().contains("policy.simulation_failed"));
        });
    Superuser.execute(superuser, "drop trigger refuse_result on policy.simulation");
    assertThat(left.entries())
        .containsExactly("policy.simulation_started", "policy.simulation_failed");
  }

  @Test
  void simulationThatANodeLeftBehindIsEndedWithOneEntry() {
    var version = sound();
    simulate(version, "done");
    await("its entry", () -> actions().contains("policy.simulated"));
    Superuser.execute(
        superuser,
        "update policy.simulation set state = 'running', ended_at = null, result = null,"
            + " alive_at = now() - interval '1 hour' where tenant_id = '%s'"
                .formatted(tenant.id().value()));
    var left =
        effects.of(() -> {
          simulate(version, "done");
          await("its entry", () -> actions().getLast().equals("policy.simulated"));
        });
    assertThat(left.entries())
        .containsExactly(
            "policy.simulation_interrupted", "policy.simulation_started", "policy.simulated");
  }

  private List<String> actions() {
    try {
      return effects.entriesFrom(0);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void useOfAKeyIsCountedWithoutAnEntry() {
    var left =
        effects.of(() -> {
          assertThat(http.get(tenant.as(Roles.AUDITOR), "/v1/cases").status()).isEqualTo(200);
          usage.flush();
        });
    assertThat(left.nothing()).as(left.toString()).isTrue();
  }

  @Test
  void failuresOfAKeyLeaveOneEntryForTheirAddressAndMinute() {
    var known = tenant.as(Roles.AGENT);
    var wrong = known.substring(0, known.length() - 3) + "AAA";
    var now = Instant.now();
    var job =
        new RecordFailedAttempts(
            attempts, new FailedAttemptStore(databases.single(DatabaseRole.BATCH)), ledger, ids);
    var left =
        effects.of(() -> {
          // One minute may end between two of them.
          for (int i = 0; i < 5; i++) {
            var answer = http.get(wrong, "/v1/cases", "X-Forwarded-For", "198.51.100.202");
            assertThat(answer.status()).isEqualTo(401);
          }
          // Reported at first, and written down some time later, when all nodes have reported.
          job.write(now.plus(Duration.ofMinutes(3)), platform.tenant());
          job.write(now.plus(Duration.ofMinutes(6)), platform.tenant());
        });
    assertThat(left.entries()).containsOnly("auth.login_failed").hasSizeBetween(1, 2);
    assertThat(left.tables()).isEmpty();
  }

  /// The job that judges hours comes once a minute, maybe just now: whoever is first.
  @Test
  void aModelThatIsTrainedLeavesOneEntry() {
    KnownModels.label(transactions, tenant.id());
    var left = timer(1, () -> KnownModels.demand(transactions, tenant.id()));
    assertThat(left.entries()).containsExactly("model.trained");
    assertThat(left.tables()).containsExactly("kernel.generation", "trust.model");
  }

  @Test
  void anHourUnlikeTheOthersLeavesOneEntry() {
    propose();
    var left =
        effects.of(() -> {
          fault.during(() -> {
            UnusualHour.of(superuser, tenant.id().value());
            var nothing =
                effects.of(() ->
                    assertThatThrownBy(() -> hours.judge(tenant.id()))
                        .isInstanceOf(RuntimeException.class));
            assertThat(nothing.nothing()).as(nothing.toString()).isTrue();
          });
          hours.judge(tenant.id());
          await("its entry", () -> actions().contains("anomaly.raised"));
          hours.judge(tenant.id());
        });
    assertThat(left.entries()).containsExactly("anomaly.raised");
    assertThat(left.tables()).containsExactly("kernel.generation", "trust.alarm");
    var list = http.get(tenant.as(Roles.AUDITOR), "/v1/trust/anomalies").json();
    var alarm = (JsonObject) list.items("anomalies").getFirst();
    assertThat(alarm.text("kind")).contains("rejection_spike");
    assertThat(alarm.truth("lowers")).contains(true);
    assertThat(list.object("watch").orElseThrow().number("scored_hours")).contains(401.0);
  }

  @Test
  void maintenanceOfPartitionsChangesNothingOfATenant() {
    var left = effects.of(() -> retention.maintain());
    assertThat(left.nothing()).as(left.toString()).isTrue();
  }

  private void webhooks(String sql) {
    Superuser.execute(superuser, sql + " where tenant_id = '%s'".formatted(tenant.id().value()));
  }

  private Answer failing() {
    var body = "{\"url\":\"http://127.0.0.1:9/\",\"actions\":[\"case.opened\"]}";
    var made = expect(201, http.post(tenant.as(Roles.TENANT_ADMIN), "/v1/webhooks", body));
    expect(201, http.post(tenant.as(Roles.AGENT), "/v1/cases", "{\"workflow\":\"claim\"}"));
    return made;
  }

  private boolean isThere(Answer webhook, String state) {
    var path = "/v1/webhooks/" + webhook.text("webhook_id") + "/deliveries?state=" + state;
    return !http.get(tenant.as(Roles.AUDITOR), path).json().items("deliveries").isEmpty();
  }

  @Test
  void whatIsToldAndNotTakenYetLeavesNoEntry() {
    var left =
        effects.of(() -> {
          var webhook = failing();
          await("an attempt in vain", () -> isThere(webhook, "failed"));
          severalRounds();
        });
    assertThat(left.entries()).containsExactly("webhook.created", "case.opened");
  }

  @Test
  void anEventThatIsNeverTakenLeavesOneEntry() {
    var webhook = failing();
    await("an attempt in vain", () -> isThere(webhook, "failed"));
    var left =
        effects.of(() -> {
          fault.during(() -> {
            // Its last attempt.
            webhooks(
                "update events.delivery set attempts = 12, next_attempt_at = now() - interval '1 s'");
            webhooks("update events.progress set due_at = now() - interval '1 s'");
            var nothing = effects.of(EntriesOfJobsTest::severalRounds);
            assertThat(nothing.nothing()).as(nothing.toString()).isTrue();
          });
          // Whoever could not note it left it to the end of his lease.
          webhooks("update events.progress set lease_id = null, leased_until = null");
          await("the end of the delivery", () -> isThere(webhook, "dead"));
          severalRounds();
        });
    assertThat(left.entries()).containsExactly("webhook.dead_lettered");
    assertThat(left.tables()).isEmpty();
  }
}
