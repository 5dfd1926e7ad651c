package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.store.CaseStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two tenants on one database.
class IsolationTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void anotherTenantSeesAndChangesNothing() {
    var caseId = World.id(world.open(), "case_id");
    var proposed = world.propose(caseId, "advance");
    var decided = world.decide(world.reviewer, proposed, "approve");
    var waiting = world.propose(World.id(world.open(), "case_id"), "advance");
    var stranger =
        World.principal(
            world.newTenant(), "ck_stranger", "agent", "reviewer", "observer", "tenant_admin");
    var everything = new Page(Page.MOST, Optional.empty());
    var proposalId = World.id(proposed, "proposal_id");
    var execution = World.execution(decided);
    var rows = world.rows();
    var attempts =
        List.<Runnable>of(
            () -> world.showCases.one(stranger, caseId),
            () -> world.showProposal.one(stranger, proposalId),
            () -> world.showApprovals.one(stranger, World.approval(waiting)),
            () -> world.showWorkflows.one(stranger, "refill"),
            () -> world.showGates.list(stranger, "refill"),
            () -> world.decide(stranger, waiting, "approve"),
            () -> world.propose(stranger, World.proposal(caseId, 2, "finish")),
            () -> world.report(stranger, execution, true, "none"));
    for (var attempt : attempts) {
      assertThat(catchThrowableOfType(Refusal.NotFound.class, attempt::run)).isNotNull();
    }
    assertThat(world.showCases.list(stranger, CaseStore.Filter.ALL, everything).items("cases"))
        .isEmpty();
    assertThat(world.showProposal.ofCase(stranger, caseId, everything).items("proposals"))
        .isEmpty();
    assertThat(world.showApprovals.inbox(stranger, everything).items("approvals")).isEmpty();
    assertThat(world.showFreezes.list(stranger, everything).items("freezes")).isEmpty();
    assertThat(world.showWorkflows.list(stranger, 20, Optional.empty()).items("workflows"))
        .isEmpty();
    assertThat(world.rows()).isEqualTo(rows);
    assertThat(world.log(stranger.tenant())).isEmpty();
  }

  @Test
  void freezeOfATenantIsHisOwn() {
    var other = world.newTenant();
    var admin = World.principal(other, "ck_admin", "tenant_admin");
    world.setFreeze.set(
        world.call(admin),
        SetFreeze.parse(Json.object().put("scope", "tenant").put("reason", "audit").build()));
    assertThat(world.propose(World.id(world.open(), "case_id"), "advance").text("state"))
        .contains("pending");
  }

  /// Every table of the room, from the catalog, so that a table added later is tried too.
  @Test
  void everyTableForcesRowLevelSecurityAndHidesTheOthersRows() throws SQLException {
    var proposed = world.propose(World.id(world.open(), "case_id"), "advance");
    var decided = world.decide(world.reviewer, proposed, "approve");
    world.report(world.observer, World.execution(decided), true, "none");
    var correction = Json.object().put("corrects", 1).put("success", false).build();
    world.reportOutcome.correct(
        world.call(world.observer),
        World.execution(decided),
        OutcomeReport.correction(correction, TenantProfile.STANDARD));
    world.ceiling("full_auto");
    world.chance(World.id(world.open(), "case_id"), "advance", false);
    world.freeze("site", "elsewhere");
    world.trap("refuse", "true");
    world.watch("{\"decoy_rate\": 1}");
    var worked = World.id(world.open(), "case_id");
    world.propose(worked, "advance");
    world.task(worked, "call");
    world.tamper(
        "insert into workflow.access_task select tenant_id, approval_id, approval_digest, now() from workflow.approval_request");
    world.tamper(
        """
        insert into workflow.decoy_deferral (tenant_id, decision_id, approval_id, approver, approver_name, decision, reason, action_digest, approval_digest, decided_at)
        select tenant_id, gen_random_uuid(), decoy_id, 'a', 'a', 'defer', '', action_digest, approval_digest, now() from workflow.decoy\
        """);
    world.delegate(world.reviewer, world.keyHolder("ck_delegate", "reviewer"));
    world.createGrant.create(
        world.call(world.reviewer),
        new CreateGrant.Request(
            new PreGrant.Scope.OfAction(Digest.ZERO), world.clock.instant().plusSeconds(60)));
    var stranger = world.newTenant();
    world.define(World.DEFINITION.with("transitions", Json.array(timed())));
    world.rule(List.of("case.opened"), "true", "{\"kind\": \"hold\"}");
    world.open();
    var tables = tables();
    assertThat(tables).hasSize(27);
    for (var table : tables) {
      assertThat(count(table, Optional.of(world.tenant.value()))).as(table).isPositive();
      assertThat(count(table, Optional.of(stranger.value()))).as(table).isZero();
      assertThat(count(table, Optional.empty())).as(table).isZero();
    }
  }

  private static List<Json> timed() {
    return World.DEFINITION.items("transitions").stream()
        .map(transition -> (Json) ((JsonObject) transition).with("sla_seconds", Json.of(60)))
        .toList();
  }

  private long count(String table, Optional<UUID> tenant) throws SQLException {
    if (tenant.isPresent()) {
      return world.transactions.run(
          new TenantId(tenant.get()),
          Rules.READ,
          transaction ->
              transaction
                  .handle()
                  .createQuery("select count(*) from workflow." + table)
                  .mapTo(Long.class)
                  .one());
    }
    try (var connection = world.database.as(DatabaseRole.APP).getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from workflow." + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  private List<String> tables() throws SQLException {
    var tables = new ArrayList<String>();
    try (var connection = world.database.behindTheCurtain().getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select relname, relrowsecurity and relforcerowsecurity from pg_class
                where relnamespace = 'workflow'::regnamespace and relkind in ('r', 'p', 'v', 'm')
                  and relname <> 'flyway_schema_history' order by relname
                """)) {
      while (row.next()) {
        assertThat(row.getBoolean(2)).as(row.getString(1)).isTrue();
        tables.add(row.getString(1));
      }
    }
    return tables;
  }
}
