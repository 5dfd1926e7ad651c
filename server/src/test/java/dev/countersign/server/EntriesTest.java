package dev.countersign.server;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.server.Effects.Left;
import dev.countersign.server.GovernedTenants.GovernedTenant;
import dev.countersign.server.StoryRequests.Step;
import dev.countersign.server.contract.Route;
import dev.countersign.server.database.Databases;
import dev.countersign.server.demo.FirstKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Whatever a request changes has its entries, in the transaction that changes it, and nothing else
/// has any. Each route is driven with real requests by [EntriesStory]; what they leave behind is
/// compared with the rules below and with the table under version control.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EntriesTest {
  private static final Path TABLE = Path.of("src/test/resources/entries.txt");

  /// Says that the table is to be written anew instead of compared.
  private static final String WRITE = "test.writeEntries";

  /// What rules may do about what happened to a case.
  private static final List<String> BY_RULES =
      List.of(
          "rule.fired",
          "rule.failed",
          "rule.notified",
          "task.opened",
          "task.assigned",
          "case.held",
          "approval.escalated",
          "proposal.created",
          "proposal.superseded");

  private static List<String> with(List<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).toList();
  }

  /// What one entry brings with it: other things change by the same act, each with an entry of its
  /// own.
  private static final Map<String, List<String>> BRINGS =
      new TreeMap<>(
          Map.ofEntries(
              entry("case.opened", with(BY_RULES, "task.opened")),
              entry("proposal.edited", List.of("proposal.superseded", "proposal.created")),
              entry("tenant.created", List.of("key.created")),
              entry("policy.activated", List.of("policy.retired")),
              entry(
                  "policy.switched",
                  List.of(
                      "policy.drafted",
                      "policy.activation_requested",
                      "policy.activated",
                      "policy.retired")),
              entry("policy.simulation_started", List.of("policy.simulated")),
              entry("decision.made", List.of("approval.requested")),
              entry(
                  "approval.granted",
                  with(
                      BY_RULES,
                      "execution.completed",
                      "execution.started",
                      "execution.parked",
                      "proposal.superseded",
                      "stage.promoted",
                      "task.opened")),
              entry("approval.rejected", List.of("stage.demoted")),
              entry("execution.redriven", List.of("execution.parked", "execution.completed")),
              entry("execution.discarded", List.of("execution.failed")),
              entry(
                  "execution.rolled_back",
                  with(BY_RULES, "proposal.superseded", "stage.demoted", "task.failed")),
              entry("outcome.observed", List.of("stage.promoted", "stage.demoted")),
              entry("outcome.corrected", List.of("stage.promoted", "stage.demoted")),
              entry(
                  "proposal.created",
                  with(
                      BY_RULES,
                      "grant.used",
                      "execution.completed",
                      "decoy.seeded",
                      "stage.demoted")),
              entry(
                  "pack.loaded",
                  List.of(
                      "policy.drafted",
                      "policy.activated",
                      "policy.retired",
                      "workflow.defined",
                      "gate.authorized",
                      "gate.revoked",
                      "case.opened",
                      "task.opened")),
              entry(
                  "pack.reset",
                  List.of("proposal.superseded", "case.opened", "case.put_away", "task.opened")),
              entry("case.corrected", BY_RULES),
              entry("case.migrated", List.of("proposal.superseded")),
              entry("event.posted", BY_RULES),
              entry("task.completed", BY_RULES),
              entry("task.failed", BY_RULES)));

  /// Requests that are several: each of them has its entry.
  private static final Map<String, Integer> SEVERAL =
      new TreeMap<>(Map.of("POST /access/v1/evaluations", 2, "POST /v1/approvals/decisions", 3));

  @Inject GovernedTenants tenants;
  @Inject Databases databases;
  @Inject FirstKey platform;
  @Inject TenantTransactions transactions;

  private GovernedTenant tenant;
  private final List<Step> steps = new ArrayList<>();
  private final TreeSet<String> tablesOfTenants = new TreeSet<>();
  private final TreeSet<String> tablesOfNoTenant = new TreeSet<>();
  private final List<JsonObject> entries = new ArrayList<>();

  @BeforeAll
  void tell() throws IOException, SQLException {
    var http = new Http();
    tenant = tenants.create();
    KnownModels.register(transactions, tenant.id());
    var own = tenant.id().value();
    var platforms = platform.tenant().value();
    try (var effects = new Effects(databases, own, platforms);
        var fault = new LogFault(databases, own, platforms)) {
      tablesOfTenants.addAll(effects.tablesOfTenants());
      tablesOfNoTenant.addAll(effects.tablesOfNoTenant());
      steps.addAll(new EntriesStory(http, tenant, effects, fault).tell());
    }
    entries.addAll(CasesOfEntries.exported(http, tenant.as("auditor")));
  }

  @Test
  void everyRouteIsDriven() {
    var driven =
        steps.stream()
            .filter(Step::done)
            .map(step -> step.route().name())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(driven)
        .as("a new route needs a request in EntriesStory")
        .containsExactlyElementsOf(
            Route.all().stream().map(Route::name).collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void whatIsDoneHasExactlyOneEntryOfItsOwn() {
    assertThat(steps)
        .extracting(EntriesTest::wrong)
        .allSatisfy(found -> assertThat(found).isEmpty());
  }

  /// Each entry of each request is taken away once and written twice once: both are found, and the
  /// request is named.
  @Test
  void anEntryThatIsMissingOrDoubledIsFound() {
    int tried = 0;
    for (var step : steps) {
      for (var own : step.left().entries()) {
        if (!step.done() || !step.route().records().contains(own)) {
          continue;
        }
        var fewer = new ArrayList<>(step.left().entries());
        fewer.remove(own);
        var more = new ArrayList<>(step.left().entries());
        more.add(own);
        for (var changed : List.of(fewer, more)) {
          var left = new Left(changed, step.left().tables());
          assertThat(wrong(new Step(step.route(), step.scene(), step.status(), left)))
              .hasValueSatisfying(
                  found -> assertThat(found).contains(step.route().name(), step.scene()));
          tried++;
        }
      }
    }
    assertThat(tried).isGreaterThan(100);
  }

  /// What is wrong with the entries of a request that was done; empty if nothing is.
  private static Optional<String> wrong(Step step) {
    var declared = step.route().records();
    if (!step.done() || declared.isEmpty() || step.repeated()) {
      return Optional.empty();
    }
    var own = step.left().entries().stream().filter(declared::contains).toList();
    int expected = SEVERAL.getOrDefault(step.route().name(), 1);
    if (own.size() != expected) {
      return Optional.of(
          "%d entries of %s instead of %d: %s"
              .formatted(own.size(), declared, expected, step.line()));
    }
    var brought = BRINGS.getOrDefault(own.getFirst(), List.of());
    return step.left().entries().stream()
        .filter(action -> !declared.contains(action) && !brought.contains(action))
        .findFirst()
        .map(action -> "`" + action + "` comes with it: " + step.line());
  }

  @Test
  void everyRouteWritesAllThatItDeclares() {
    for (var route : Route.all()) {
      var written =
          steps.stream()
              .filter(step -> step.route().name().equals(route.name()))
              .filter(Step::done)
              .flatMap(step -> step.left().entries().stream())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(written).as(route.name()).containsAll(route.records());
    }
  }

  @Test
  void aRepetitionLeavesNothing() {
    assertThat(steps)
        .filteredOn(Step::repeated)
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.left().nothing()).as(step.line()).isTrue());
  }

  @Test
  void nothingIsChangedWithoutAnEntry() {
    for (var step : steps) {
      if (step.left().entries().isEmpty()) {
        assertThat(step.left().tables()).as(step.line()).isEmpty();
      }
    }
  }

  @Test
  void readsAndWhatWasNotUnderstoodLeaveNothing() {
    for (var step : steps) {
      if (step.route().records().isEmpty() || (!step.done() && !step.refused())) {
        assertThat(step.left().nothing()).as(step.line()).isTrue();
      }
    }
  }

  @Test
  void everyRouteThatChangesSomethingIsRefusedOnceWithAnEntry() {
    var refused =
        steps.stream()
            .filter(step -> step.status() == 403)
            .map(step -> step.route().name())
            .collect(Collectors.toCollection(TreeSet::new));
    for (var route : Route.all()) {
      if (!route.records().isEmpty()) {
        assertThat(refused).contains(route.name());
      }
    }
    for (var step : steps) {
      if (step.refused() && !step.route().records().isEmpty()) {
        assertThat(step.left().entries())
            .as(step.line())
            .filteredOn(action -> action.endsWith(".refused"))
            .hasSize(1);
      }
    }
  }

  @Test
  void refusalChangesNothingUnlessItEndsWhatWasOutlived() {
    for (var step : steps) {
      if (step.refused() && step.left().entries().size() == 1) {
        assertThat(step.left().tables()).as(step.line()).isEmpty();
      }
    }
    assertThat(steps)
        .filteredOn(step -> step.refused() && step.left().entries().size() > 1)
        .allSatisfy(step ->
            assertThat(step.left().entries())
                .as(step.line())
                .hasSize(2)
                .anyMatch(action -> action.endsWith(".superseded")));
  }

  @Test
  void refusalIsRecordedWithIdsOnly() {
    var refusals =
        entries.stream()
            .filter(found -> found.text("action").orElse("").endsWith(".refused"))
            .toList();
    assertThat(refusals).isNotEmpty();
    for (var refusal : refusals) {
      assertThat(refusal.object("details").orElseThrow().members().keySet())
          .as(refusal.toString())
          .containsExactlyInAnyOrder("attempted", "code");
    }
  }

  /// What is told of a case is in order by this.
  @Test
  void whatIsOfACaseTellsItsCase() throws SQLException {
    assertThat(new CasesOfEntries(databases, tenant.id().value()).tellTheirs(entries))
        .contains(
            "approval.granted",
            "approval.rejected",
            "case.held",
            "event.posted",
            "execution.completed",
            "execution.rolled_back",
            "grant.used",
            "outcome.corrected",
            "outcome.observed",
            "proposal.created",
            "proposal.edited",
            "proposal.superseded",
            "rule.fired",
            "task.opened")
        .hasSizeGreaterThan(25);
  }

  @Test
  void everyTableIsGovernedOrHasAReason() {
    assertThat(tablesOfTenants)
        .as("exceptions that are no tables")
        .containsAll(Effects.WITHOUT_ENTRY.keySet());
    assertThat(tablesOfNoTenant)
        .as("a table without a tenant needs a reason in Effects")
        .containsExactlyElementsOf(Effects.OF_NO_TENANT.keySet());
  }

  @Test
  void theTableUnderVersionControlSaysWhatEachRequestLeaves() throws IOException {
    var lines = new ArrayList<String>();
    lines.add(
        "# What each request leaves behind: route | scene | status | entries | tables whose rows");
    lines.add("# it writes. Written anew by EntriesTest with -D" + WRITE + "=true.");
    steps.forEach(step -> lines.add(step.line()));
    var table = String.join("\n", lines) + "\n";
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(TABLE, table);
    }
    assertThat(Files.readString(TABLE))
        .as(
            "what requests leave behind has changed; if that is meant, write the table anew with"
                + " -D%s=true and review the difference",
            WRITE)
        .isEqualTo(table);
  }
}
