package dev.countersign.server;

import static dev.countersign.server.GovernedTenants.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.RecordKeyUsage;
import dev.countersign.ledger.usecase.Retention;
import dev.countersign.server.Effects.Left;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import dev.countersign.server.Http.Answer;
import dev.countersign.server.database.Databases;
import dev.countersign.testkit.Await;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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

  @Inject GovernedTenants tenants;
  @Inject Databases databases;
  @Inject RecordKeyUsage usage;
  @Inject Retention retention;

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
    assertThat(proposal.tables()).containsExactly("workflow.approval_request", "workflow.proposal");
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
  void useOfAKeyIsCountedWithoutAnEntry() {
    var left =
        effects.of(() -> {
          assertThat(http.get(tenant.as(Roles.AUDITOR), "/v1/cases").status()).isEqualTo(200);
          usage.flush();
        });
    assertThat(left.nothing()).as(left.toString()).isTrue();
  }

  @Test
  void maintenanceOfPartitionsChangesNothingOfATenant() {
    var left = effects.of(() -> retention.maintain());
    assertThat(left.nothing()).as(left.toString()).isTrue();
  }
}
