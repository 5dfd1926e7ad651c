package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.SigningKeyFile;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.cel.CelPredicates;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.usecase.Models;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.store.DueWork;
import dev.countersign.workflow.usecase.ChangeGate;
import dev.countersign.workflow.usecase.DecideApproval;
import dev.countersign.workflow.usecase.DecisionRequest;
import dev.countersign.workflow.usecase.DefineWorkflow;
import dev.countersign.workflow.usecase.EscalateApprovals;
import dev.countersign.workflow.usecase.ExecuteProposals;
import dev.countersign.workflow.usecase.ExpireApprovals;
import dev.countersign.workflow.usecase.MarkOverdue;
import dev.countersign.workflow.usecase.MissSla;
import dev.countersign.workflow.usecase.OpenCase;
import dev.countersign.workflow.usecase.OutcomeReport;
import dev.countersign.workflow.usecase.ProposalRequest;
import dev.countersign.workflow.usecase.Propose;
import dev.countersign.workflow.usecase.Reactions;
import dev.countersign.workflow.usecase.RemoteWork;
import dev.countersign.workflow.usecase.ReportOutcome;
import dev.countersign.workflow.usecase.RollBack;
import dev.countersign.workflow.usecase.SetAutonomy;
import dev.countersign.workflow.usecase.ShowApprovals;
import dev.countersign.workflow.usecase.TenantProfile;
import dev.countersign.workflow.usecase.Weighing;
import dev.countersign.workflow.usecase.WorkOffDue;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// The workflow room in a plain JVM, wired as the server wires it: pooled connections, a real log
/// with its sequencer, policies, trust. Safe for use by many threads.
final class WorkRoom implements AutoCloseable {
  /// As the server.
  private static final int DUE_AT_ONCE = 8;

  private static final String TRACE = "0".repeat(32);

  /// Two queues and a way in each direction, so that a case can be moved as often as one likes.
  static final JsonObject DEFINITION =
      JsonReader.readObject(
          """
          {"key": "shuttle", "title": "Shuttle",
           "queues": [{"name": "here"}, {"name": "there"}],
           "transitions": [
             {"type": "go", "from": "here", "to": "there", "gate": "out",
              "approver_roles": ["reviewer"], "handler": "transition", "manual_seconds": 240},
             {"type": "return", "from": "there", "to": "here", "gate": "back",
              "approver_roles": ["reviewer"], "handler": "transition", "manual_seconds": 240}]}
          """);

  private final AgroalDataSource pool;
  private final CheckpointSigner signer;
  private final Sequencer sequencer;
  final TenantTransactions transactions;
  final Ledger ledger;
  final TrustScopes scopes;
  final DefineWorkflow define;
  final ChangeGate gates;
  final OpenCase open;
  final Propose propose;
  final DecideApproval decide;
  final ExecuteProposals executions;
  final ReportOutcome report;
  private final RollBack back;
  private final SetAutonomy autonomy;
  final ShowApprovals inbox;
  final WorkOffDue due;

  /// @param connections at most so many at once
  WorkRoom(Place place, int connections) throws SQLException {
    this(place, connections, Clock.systemUTC());
  }

  /// @param clock what the room takes for the time
  WorkRoom(Place place, int connections, Clock clock) throws SQLException {
    var ids = new Ids(clock, new SecureRandom());
    var state = new LogState(false);
    var key = new SigningKeyFile(place.key()).load();
    var content = place.contentKeys();
    String origin = key.verifier().name();
    pool = pool(place, connections);
    transactions = new TenantTransactions(pool);
    // As the server does it: a connection of its own each time would cost more than a signature.
    signer = new CheckpointSigner(pool, key, place.checkpoint(), state);
    sequencer =
        new Sequencer(
            place.as(DatabaseRole.SEQUENCER), new AppendPath(content), signer, state, ids, origin);
    ledger =
        new Ledger(
            transactions,
            sequencer,
            new LedgerReader(transactions, signer, origin, content),
            state,
            ids,
            clock);
    signer.start();
    sequencer.start();
    var language = new CelPredicates();
    var weighing =
        new Weighing(
            new PolicySnapshots(new PolicyStore(), new CelConditions()),
            language,
            new Predictors(new Models(Xgboost.load())));
    scopes = new TrustScopes(new TrustStore(), ids, clock);
    var reactions = new Reactions(weighing, scopes, ids);
    var remote =
        new RemoteWork(
            ledger,
            weighing,
            scopes,
            ids,
            new Posts(),
            run -> Thread.ofVirtual().start(run),
            failures -> Duration.ofSeconds(failures),
            clock);
    executions = new ExecuteProposals(ledger, weighing, scopes, remote, ids, clock);
    define = new DefineWorkflow(ledger, language);
    gates = new ChangeGate(ledger);
    open = new OpenCase(ledger, reactions);
    propose = new Propose(ledger, weighing, scopes, executions, ids);
    decide = new DecideApproval(transactions, ledger, weighing, scopes, executions);
    report = new ReportOutcome(ledger, scopes);
    back = new RollBack(transactions, ledger, weighing, scopes, remote, ids);
    autonomy = new SetAutonomy(transactions, ledger);
    inbox = new ShowApprovals(transactions, content.sealing(), scopes, clock);
    due =
        new WorkOffDue(
            new DueWork(place.as(DatabaseRole.TIMER)),
            executions,
            new ExpireApprovals(ledger, scopes),
            new EscalateApprovals(ledger),
            remote,
            new MarkOverdue(ledger, scopes),
            new MissSla(ledger, reactions),
            clock,
            ids,
            DUE_AT_ONCE);
  }

  private static AgroalDataSource pool(Place place, int connections) throws SQLException {
    return AgroalDataSource.from(
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(pool ->
                pool.maxSize(connections)
                    .acquisitionTimeout(Duration.ofSeconds(30))
                    .connectionFactoryConfiguration(factory ->
                        factory
                            .jdbcUrl(place.url())
                            .principal(new NamePrincipal(DatabaseRole.APP.login()))
                            .credential(new SimplePassword(Place.PASSWORD))))
            .get());
  }

  /// The principals of a tenant.
  record Staff(Principal agent, Principal reviewer, Principal observer, Principal admin) {}

  /// Whoever acts for a tenant, as its credentials are now.
  Staff staff(TenantId tenant) {
    long credentials =
        transactions.run(tenant, Rules.READ, transaction -> transaction.generation().credentials());
    return new Staff(
        principal(tenant, credentials, "agent"),
        principal(tenant, credentials, "reviewer"),
        principal(tenant, credentials, "observer"),
        principal(tenant, credentials, "tenant_admin"));
  }

  private static Principal principal(TenantId tenant, long credentials, String role) {
    return new Principal(
        tenant,
        Principal.Kind.API_KEY,
        "ck_" + role,
        role,
        new TreeSet<>(List.of(role)),
        Principal.DEFAULT_SITE,
        credentials);
  }

  /// Defines the workflow of a tenant and authorizes its gates.
  void prepare(Staff staff) {
    prepare(staff, DEFINITION, List.of("go", "return"));
  }

  /// The same with another definition.
  void prepare(Staff staff, JsonObject definition, List<String> transitions) {
    define.define(
        call(staff.admin()),
        DefineWorkflow.parse(Json.object().put("definition", definition).build()));
    for (var transition : transitions) {
      gates.change(
          call(staff.admin()),
          definition.text("key").orElseThrow(),
          transition,
          ChangeGate.authorization(Json.object().put("reason", "measured").build()));
    }
  }

  /// Lets everything run by itself that has earned it, but for the smallest random share.
  void allowEverything(Staff staff) {
    var body =
        Json.object()
            .put("ceiling", "full_auto")
            .put("audit_share", 0.01)
            .put("reason", "measured")
            .build();
    autonomy.set(call(staff.admin()), SetAutonomy.parse(body));
  }

  UUID openCase(Staff staff) {
    return openCase(staff, "shuttle");
  }

  UUID openCase(Staff staff, String workflow) {
    var body = Json.object().put("workflow", workflow).build();
    return id(
        open.open(call(staff.agent()), OpenCase.parse(body, TenantProfile.STANDARD)).answer(),
        "case_id");
  }

  JsonObject propose(Staff staff, UUID caseId, long version, String type) {
    var body =
        Json.object()
            .put("case_id", caseId.toString())
            .put("case_version", version)
            .put("action", Json.object().put("type", type).build())
            .put("prediction", Json.object().put("confidence", 0.9).put("safety", 0.95).build())
            .build();
    return propose
        .propose(call(staff.agent()), ProposalRequest.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  JsonObject approve(Staff staff, JsonObject proposed) {
    return decide(staff, proposed, "approve");
  }

  JsonObject decide(Staff staff, JsonObject proposed, String decision) {
    var body =
        Json.object()
            .put("decision", decision)
            .put("action_digest", proposed.text("action_digest").orElseThrow())
            .build();
    return decide
        .decide(
            call(staff.reviewer()),
            id(proposed.object("approval").orElseThrow(), "id"),
            DecisionRequest.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  JsonObject succeed(Staff staff, JsonObject decided) {
    var body = Json.object().put("success", true).put("severity", "none").build();
    return report
        .report(
            call(staff.observer()),
            id(decided.object("execution").orElseThrow(), "id"),
            OutcomeReport.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  /// The answer tells the state of the execution.
  JsonObject rollBack(Staff staff, UUID execution) {
    var body = Json.object().put("reason", "measured").build();
    return back.rollBack(
            call(staff.admin()), execution, RollBack.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  static Call call(Principal principal) {
    return new Call(principal, TRACE, "127.0.0.1", Optional.empty());
  }

  static UUID id(JsonObject json, String member) {
    return UUID.fromString(json.text(member).orElseThrow());
  }

  @Override
  public void close() {
    sequencer.close();
    signer.close();
    pool.close();
  }
}
