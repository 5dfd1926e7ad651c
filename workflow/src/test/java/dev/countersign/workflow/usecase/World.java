package dev.countersign.workflow.usecase;

import dev.countersign.identity.store.KeyStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.CoveredReads;
import dev.countersign.ledger.usecase.ExportLedger;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.cel.CelPredicates;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.usecase.AddPolicies;
import dev.countersign.policy.usecase.SeedPolicies;
import dev.countersign.testkit.ManualClock;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Setting;
import dev.countersign.trust.predict.anomaly.AlarmLife;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.usecase.Anomalies;
import dev.countersign.trust.usecase.IssueCertificate;
import dev.countersign.trust.usecase.Models;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.trust.usecase.SetTrust;
import dev.countersign.trust.usecase.SplitScope;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.store.DueWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// The room with everything it stands on: a real database, a real log with its sequencer, policies
/// and trust. Only the clock is moved by hand, a second for each step that a test takes.
final class World implements AutoCloseable {
  static final String ORIGIN = "workflow.test/log";
  static final String TRACE = "0123456789abcdef0123456789abcdef";
  private static final List<String> TABLES =
      List.of(
          "workflow.definition",
          "workflow.case_file",
          "workflow.proposal",
          "workflow.approval_request",
          "workflow.approval_decision",
          "workflow.approval_waiting",
          "workflow.execution",
          "workflow.outcome",
          "workflow.outcome_correction",
          "workflow.autonomy",
          "workflow.audit_draw",
          "workflow.gate",
          "workflow.gate_change",
          "workflow.freeze",
          "workflow.task",
          "workflow.case_event",
          "workflow.sla_timer",
          "workflow.delegation",
          "workflow.pre_grant",
          "workflow.vigilance",
          "workflow.trap",
          "workflow.decoy",
          "workflow.decoy_deferral",
          "workflow.rule",
          "workflow.rule_change",
          "workflow.rule_run",
          "workflow.access_task",
          "trust.scope",
          "trust.hour",
          "trust.alarm",
          "kernel.generation");

  static final JsonObject DEFINITION =
      JsonReader.readObject(
          """
          {"key": "refill", "title": "Refill",
           "queues": [{"name": "intake"}, {"name": "review"}, {"name": "done"}, {"name": "refused"}],
           "transitions": [
             {"type": "advance", "from": "intake", "to": "review", "gate": "triage",
              "approver_roles": ["reviewer"], "handler": "transition", "manual_seconds": 240},
             {"type": "refuse", "from": "intake", "to": "refused", "gate": "refusal",
              "approver_roles": ["reviewer"], "handler": "transition"},
             {"type": "finish", "from": "review", "to": "done", "gate": "release",
              "approver_roles": ["approver:pharmacist"], "handler": "transition"}]}
          """);

  /// What the nodes of a world share.
  private final Common common;

  final Database database;
  final ManualClock clock;
  final Ids ids;
  final TenantTransactions transactions;
  final PolicyStore policyStore = new PolicyStore();
  private final PolicyVersions policyVersions = new PolicyVersions();
  final PolicySnapshots policies = new PolicySnapshots(policyStore, new CelConditions());
  private final CelPredicates language = new CelPredicates();
  final Models models;
  final Predictors predictors;
  final Weighing weighing;
  final TrustScopes scopes;
  final Ledger ledger;
  private final CheckpointSigner signer;
  final ContentKeys content;

  final TenantId tenant;
  final Principal agent;
  final Principal reviewer;
  final Principal reviewer2;
  final Principal pharmacist;
  final Principal observer;
  final Principal admin;

  final DefineWorkflow defineWorkflow;
  final Reactions reactions;
  final CreateRule createRule;
  final ChangeRule changeRule;
  final ShowRules showRules;
  final ReleaseCase releaseCase;
  final MigrateCase migrateCase;
  final CorrectCase correctCase;
  final OpenCase openCase;
  final OpenTask openTask;
  final ChangeTask changeTask;
  final PostEvent postEvent;
  final ShowTimeline showTimeline;
  final Propose propose;
  final RemoteWork remoteWork;
  final RollBack rollBack;
  final DryRun dryRun;
  final ResolveParked resolveParked;
  final ShowExecutions showExecutions;
  final SetAutonomy setAutonomy;
  final SigningKey logKey;
  final IssueCertificate certificates;
  final SetTrust setTrust;
  final SplitScope splitScope;
  final OtherSystem otherSystem;
  final ExecuteProposals executeProposals;
  final DecideApproval decideApproval;
  final DecideApproval decideAndCrash;
  final WithdrawProposal withdrawProposal;
  final EditProposal editProposal;
  final CreateDelegation createDelegation;
  final RevokeDelegation revokeDelegation;
  final ShowDelegations showDelegations;
  final CreateGrant createGrant;
  final EndGrants endGrants;
  final ShowGrants showGrants;
  final SetVigilance setVigilance;
  final MaintainTraps maintainTraps;
  final ShowReviewers showReviewers;
  final RequestApproval requestApproval;
  final ReportOutcome reportOutcome;
  final ChangeGate changeGate;
  final LoadPack loadPack;
  final ResetPack resetPack;
  final SetFreeze setFreeze;
  final LiftFreeze liftFreeze;
  final ShowProposal showProposal;
  final ShowApprovals showApprovals;
  final ShowCases showCases;
  final ShowGates showGates;
  final ShowFreezes showFreezes;
  final ShowWorkflows showWorkflows;
  final Anomalies anomalies;
  final WorkOffDue workOffDue;

  World() {
    this(Common.fresh(), Optional.empty());
  }

  /// A node with connections and caches of its own.
  private World(Common common, Optional<TenantId> known) {
    this.common = common;
    database = common.database();
    clock = common.clock();
    ids = common.ids();
    logKey = common.logKey();
    signer = common.signer();
    content = common.content();
    models = common.models();
    otherSystem = common.otherSystem();
    transactions = new TenantTransactions(database.as(DatabaseRole.APP));
    predictors = new Predictors(models);
    weighing = new Weighing(policies, language, predictors);
    scopes = new TrustScopes(new TrustStore(), ids, clock);
    ledger = ledgerOn(transactions);
    tenant = known.orElseGet(this::newTenant);
    agent = principal(tenant, "ck_agent", "agent");
    reviewer = principal(tenant, "ck_reviewer", "reviewer");
    reviewer2 = principal(tenant, "ck_reviewer2", "reviewer");
    pharmacist = principal(tenant, "ck_pharmacist", "approver:pharmacist", "reviewer");
    observer = principal(tenant, "ck_observer", "observer");
    admin = principal(tenant, "ck_admin", "tenant_admin");
    defineWorkflow = new DefineWorkflow(ledger, language);
    reactions = new Reactions(weighing, scopes, ids);
    remoteWork = remoteWork(ledger);
    executeProposals = new ExecuteProposals(ledger, weighing, scopes, remoteWork, ids, clock);
    propose = new Propose(ledger, weighing, scopes, executeProposals, ids);
    dryRun = new DryRun(ledger, propose);
    rollBack = new RollBack(transactions, ledger, weighing, scopes, remoteWork, ids);
    resolveParked = new ResolveParked(transactions, ledger, scopes, remoteWork);
    showExecutions = new ShowExecutions(transactions);
    setAutonomy = new SetAutonomy(transactions, ledger);
    setTrust = new SetTrust(transactions, ledger, new TrustStore());
    splitScope = new SplitScope(ledger, scopes);
    certificates = certificates(database.as(DatabaseRole.APP));
    openCase = new OpenCase(ledger, reactions);
    openTask = new OpenTask(ledger);
    changeTask = new ChangeTask(ledger, reactions);
    createRule = new CreateRule(ledger, language);
    changeRule = new ChangeRule(ledger, language);
    showRules = new ShowRules(transactions);
    releaseCase = new ReleaseCase(ledger);
    migrateCase = new MigrateCase(ledger, scopes);
    correctCase = new CorrectCase(ledger, scopes, reactions);
    postEvent = new PostEvent(ledger, reactions);
    showTimeline = new ShowTimeline(transactions);
    decideApproval = new DecideApproval(transactions, ledger, weighing, scopes, executeProposals);
    // A node that can't carry out what it approves, and dies after the commit: its database is
    // gone.
    decideAndCrash =
        new DecideApproval(
            transactions,
            ledger,
            weighing,
            scopes,
            new ExecuteProposals(
                ledgerOn(unreachable()), weighing, scopes, remoteWork, ids, failing()));
    withdrawProposal = new WithdrawProposal(ledger, scopes);
    editProposal = new EditProposal(transactions, ledger, weighing, scopes);
    createDelegation = new CreateDelegation(ledger);
    revokeDelegation = new RevokeDelegation(ledger);
    showDelegations = new ShowDelegations(transactions, clock);
    createGrant = new CreateGrant(ledger);
    endGrants = new EndGrants(ledger);
    showGrants = new ShowGrants(transactions);
    setVigilance = new SetVigilance(transactions, ledger);
    maintainTraps = new MaintainTraps(transactions, ledger, language);
    showReviewers = new ShowReviewers(transactions, clock);
    requestApproval = new RequestApproval(ledger);
    reportOutcome = new ReportOutcome(ledger, scopes);
    changeGate = new ChangeGate(ledger);
    loadPack =
        new LoadPack(
            ledger,
            language,
            new AddPolicies(policyStore, policyVersions, new PendingChanges(), new CelConditions()),
            defineWorkflow,
            changeGate,
            openCase);
    resetPack = new ResetPack(ledger, openCase, scopes);
    setFreeze = new SetFreeze(ledger);
    liftFreeze = new LiftFreeze(ledger);
    showProposal = new ShowProposal(transactions, scopes);
    showApprovals = new ShowApprovals(transactions, content.sealing(), scopes, clock);
    showCases = new ShowCases(transactions, clock);
    showGates = new ShowGates(transactions, clock);
    showFreezes = new ShowFreezes(transactions);
    showWorkflows = new ShowWorkflows(transactions);
    anomalies = new Anomalies(transactions, ledger, clock);
    workOffDue = workOffDue();
  }

  /// A timer, such as each node has.
  WorkOffDue workOffDue() {
    return new WorkOffDue(
        new DueWork(database.as(DatabaseRole.TIMER)),
        executeProposals,
        new ExpireApprovals(ledger, scopes),
        new EscalateApprovals(ledger),
        remoteWork,
        new MarkOverdue(ledger, scopes),
        new MissSla(ledger, reactions),
        clock,
        ids,
        1);
  }

  /// Another node of this world; it ends with the first.
  World anotherNode() {
    return new World(common, Optional.of(tenant));
  }

  /// A world with the workflow defined and every gate authorized.
  static World ready() {
    var world = new World();
    world.define();
    for (var transition : List.of("advance", "refuse", "finish")) {
      world.authorize(transition);
    }
    return world;
  }

  /// Issues certificates over these connections.
  IssueCertificate certificates(DataSource connections) {
    var reads = new CoveredReads(new TenantTransactions(connections), signer);
    return new IssueCertificate(scopes, reads, LogKeys.of(logKey), clock);
  }

  /// On the thread that asks, so that a test sees what came of it.
  private RemoteWork remoteWork(Ledger on) {
    return new RemoteWork(
        on,
        weighing,
        scopes,
        ids,
        otherSystem,
        Runnable::run,
        failures -> Duration.ofSeconds(10L * failures),
        clock);
  }

  private Ledger ledgerOn(TenantTransactions way) {
    return new Ledger(
        way,
        common.sequencer(),
        new LedgerReader(way, signer, ORIGIN, content),
        common.state(),
        ids,
        clock);
  }

  private static TenantTransactions unreachable() {
    var nowhere = new PGSimpleDataSource();
    nowhere.setURL("jdbc:postgresql://127.0.0.1:1/nowhere");
    return new TenantTransactions(nowhere);
  }

  private record Common(
      Database database,
      ManualClock clock,
      Ids ids,
      SigningKey logKey,
      LogState state,
      CheckpointSigner signer,
      Sequencer sequencer,
      ContentKeys content,
      Models models,
      OtherSystem otherSystem) {

    static Common fresh() {
      var database = Database.fresh();
      var clock = ManualClock.at("2026-11-01T08:00:00Z");
      var ids = new Ids(clock, new SecureRandom());
      var logKey = SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
      var state = new LogState(true);
      var signed = checkpoint();
      var signer = new CheckpointSigner(database.as(DatabaseRole.SEQUENCER), logKey, signed, state);
      var content =
          ContentKeyStore.open(
              signed.resolveSibling("content-keys"),
              database.as(DatabaseRole.APP),
              database.as(DatabaseRole.MAINTENANCE),
              new SecureRandom());
      var sequencer =
          new Sequencer(
              database.as(DatabaseRole.SEQUENCER),
              new AppendPath(content),
              signer,
              state,
              ids,
              ORIGIN);
      signer.start();
      sequencer.start();
      return new Common(
          database,
          clock,
          ids,
          logKey,
          state,
          signer,
          sequencer,
          content,
          new Models(Xgboost.load()),
          new OtherSystem());
    }
  }

  private static Path checkpoint() {
    try {
      return Files.createTempDirectory(Path.of("target"), "checkpoint").resolve("checkpoint");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TenantId newTenant() {
    var fresh = new TenantId(UUID.randomUUID());
    transactions.run(
        fresh,
        Rules.CHANGE,
        transaction -> {
          transaction
              .handle()
              .createUpdate("insert into kernel.generation (tenant_id) values (:tenant)")
              .bind("tenant", fresh.value())
              .execute();
          new SeedPolicies(policyVersions, StarterSet.read(), clock).in(transaction);
          scopes.set(transaction, Setting.beginning(Profile.DEMO));
          return fresh;
        });
    return fresh;
  }

  static Principal principal(TenantId tenant, String id, String... roles) {
    return new Principal(
        tenant,
        Principal.Kind.API_KEY,
        id,
        id,
        new TreeSet<>(List.of(roles)),
        Principal.DEFAULT_SITE,
        1);
  }

  /// A principal whose key is stored, so that others can ask who he is while he does not call.
  Principal keyHolder(String id, String... roles) {
    var principal = principal(tenant, id, roles);
    transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          KeyStore.insert(
              transaction,
              new KeyStore.Fresh(
                  id,
                  id,
                  Digest.sha256(id.getBytes(StandardCharsets.UTF_8)),
                  principal.roles(),
                  Optional.empty(),
                  List.of(),
                  Principal.DEFAULT_SITE,
                  true,
                  Optional.empty(),
                  Optional.empty()),
              "test",
              clock.instant());
          return id;
        });
    return principal;
  }

  void revokeKey(Principal principal) {
    transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          KeyStore.revoke(transaction, principal.id(), clock.instant());
          return principal;
        });
  }

  Call call(Principal principal) {
    clock.advance(Duration.ofSeconds(1));
    return new Call(principal, TRACE, "127.0.0.1", Optional.empty());
  }

  Recorded define() {
    return define(DEFINITION);
  }

  Recorded define(JsonObject definition) {
    return defineWorkflow.define(
        call(admin), DefineWorkflow.parse(Json.object().put("definition", definition).build()));
  }

  void authorize(String transition) {
    authorize(transition, Json.object().put("reason", "staffed").build());
  }

  void authorize(String transition, JsonObject body) {
    var change = ChangeGate.authorization(body);
    changeGate.change(call(admin), "refill", transition, change);
  }

  void revoke(String transition) {
    var change = ChangeGate.revocation(Json.object().put("reason", "audit").build());
    changeGate.change(call(admin), "refill", transition, change);
  }

  UUID freeze(String scope, String value) {
    var body = Json.object().put("scope", scope).put("value", value).put("reason", "incident");
    return id(setFreeze.set(call(admin), SetFreeze.parse(body.build())).answer(), "freeze_id");
  }

  /// Lets the scope of an action that was decided before stand at a stage, as if it had earned it.
  void stage(String type, String stage) {
    tamper(
        """
        update trust.scope set stage = '%s', state = regexp_replace(state, '"stage":"[a-z_]+"', '"stage":"%s"')
        where action_type = '%s'\
        """
            .formatted(stage, stage, type));
  }

  /// Raises an alarm about the scope of an action that was decided before.
  UUID alarm(String type) {
    var id = ids.next();
    tamper(
        """
        insert into trust.alarm (tenant_id, alarm_id, kind, scope_id, content, state, raised_at, since)
        select tenant_id, '%s', 'rejection_spike', scope_id, '{"hour":"2026-11-01T07:00:00Z","features":[]}', 'raised', '%s', '%s'
        from trust.scope where action_type = '%s'\
        """
            .formatted(id, clock.instant(), clock.instant(), type));
    return id;
  }

  void moveAlarm(UUID id, AlarmLife.State to) {
    anomalies.move(call(admin), id, to);
  }

  /// Allows that actions run by themselves.
  void ceiling(String mode) {
    var body = Json.object().put("ceiling", mode).put("reason", "tried").build();
    setAutonomy.set(call(admin), SetAutonomy.parse(body));
  }

  /// Says beforehand what chance will say, if it has not spoken.
  void chance(UUID caseId, String type, boolean drawn) {
    tamper(
        """
        insert into workflow.audit_draw (tenant_id, case_id, case_version, action_type, drawn, audit_per_10000)
        select tenant_id, case_id, version, '%s', %s, 500 from workflow.case_file where case_id = '%s'
        on conflict do nothing\
        """
            .formatted(type, drawn, caseId));
  }

  void lift(UUID freeze) {
    liftFreeze.lift(call(admin), freeze, "over");
  }

  JsonObject open() {
    return openCase
        .open(
            call(agent),
            OpenCase.parse(Json.object().put("workflow", "refill").build(), TenantProfile.STANDARD))
        .answer();
  }

  /// Says that a case, as it is now, has these facts.
  JsonObject correct(Principal principal, UUID caseId, JsonObject attributes) {
    long version = showCases.one(agent, caseId).number("version").orElseThrow().longValue();
    return correct(principal, caseId, version, attributes);
  }

  JsonObject correct(Principal principal, UUID caseId, long version, JsonObject attributes) {
    var body =
        Json.object()
            .put("case_version", version)
            .put("attributes", attributes)
            .put("reason", "they were mistyped")
            .build();
    return correctCase.correct(call(principal), caseId, CorrectCase.parse(body)).answer();
  }

  /// Something to do for a case, without a role.
  JsonObject task(UUID caseId, String type) {
    return openTask
        .open(call(agent), caseId, OpenTask.parse(Json.object().put("type", type).build()))
        .answer();
  }

  /// Changes a task as it was answered.
  JsonObject change(Principal principal, JsonObject task, JsonObject change) {
    var body = change.with("version", task.member("version").orElseThrow());
    return changeTask
        .change(call(principal), id(task, "case_id"), id(task, "task_id"), ChangeTask.parse(body))
        .answer();
  }

  /// Tells something of a case.
  JsonObject tell(UUID caseId, String type, JsonObject data) {
    var body = Json.object().put("type", type).put("data", data).build();
    return postEvent
        .post(call(agent), caseId, PostEvent.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  /// Writes a rule: `on` some types of events, `condition`, and an action as JSON.
  UUID rule(List<String> on, String condition, String action) {
    return rule("refill", on, condition, action);
  }

  UUID rule(String workflow, List<String> on, String condition, String action) {
    var body =
        Json.object()
            .put("title", "on " + on)
            .put("workflow", workflow)
            .put("on", Json.strings(on))
            .put("condition", condition)
            .put("action", JsonReader.readObject(action))
            .build();
    return id(createRule.create(call(admin), CaseRule.parse(body)).answer(), "rule_id");
  }

  /// Proposes on the case as it is now.
  JsonObject propose(UUID caseId, String type) {
    long version = showCases.one(agent, caseId).number("version").orElseThrow().longValue();
    return propose(agent, proposal(caseId, version, type));
  }

  JsonObject propose(Principal principal, JsonObject body) {
    return propose
        .propose(call(principal), ProposalRequest.parse(body, TenantProfile.DEMO))
        .answer();
  }

  static JsonObject proposal(UUID caseId, long version, String type) {
    return Json.object()
        .put("case_id", caseId.toString())
        .put("case_version", version)
        .put("action", Json.object().put("type", type).build())
        .put("prediction", Json.object().put("confidence", 0.9).put("safety", 0.95).build())
        .build();
  }

  /// How reviewers are watched from now on.
  void watch(String body) {
    setVigilance.set(call(admin), SetVigilance.parse(JsonReader.readObject(body)));
  }

  /// Says that a transition of the workflow should be rejected where the condition holds.
  void trap(String transition, String condition) {
    var body =
        Json.object()
            .put("workflow", "refill")
            .put("transition", transition)
            .put("condition", condition)
            .put("why", "it should be rejected")
            .build();
    maintainTraps.set(call(admin), MaintainTraps.parse(body));
  }

  /// Says who decides for him, for an hour.
  UUID delegate(Principal delegator, Principal delegate, String... roles) {
    var body =
        Json.object()
            .put("delegate", delegate.actor())
            .put("roles", Json.strings(List.of(roles)))
            .put("until", clock.instant().plus(Duration.ofHours(1)).toString())
            .build();
    var made = createDelegation.create(call(delegator), CreateDelegation.parse(body));
    return id(made.answer(), "delegation_id");
  }

  /// Agrees beforehand, for an hour, to advancing a case.
  void grant(Principal grantor, UUID subject) {
    var body =
        JsonReader.readObject(
                "{\"template\": {\"workflow\": \"refill\", \"transition\": \"advance\", \"case_id\": \"%s\"}}"
                    .formatted(subject))
            .with("expires_at", Json.of(clock.instant().plus(Duration.ofHours(1)).toString()));
    createGrant.create(call(grantor), CreateGrant.parse(body));
  }

  /// Decides in the name of somebody who named him.
  JsonObject decideFor(
      Principal delegate, Principal delegator, JsonObject proposed, String decision) {
    var body =
        Json.object()
            .put("decision", decision)
            .put("decided_for", delegator.actor())
            .put("action_digest", proposed.text("action_digest").orElseThrow())
            .build();
    return decideApproval
        .decide(
            call(delegate), approval(proposed), DecisionRequest.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  /// Decides about what was proposed, with the digest that was answered.
  JsonObject decide(Principal principal, JsonObject proposed, String decision) {
    return decideApproval
        .decide(call(principal), approval(proposed), decision(proposed, decision))
        .answer();
  }

  private static Clock failing() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        throw new IllegalStateException("nothing is carried out here");
      }
    };
  }

  JsonObject approveAndCrash(Principal principal, JsonObject proposed) {
    return decideAndCrash
        .decide(call(principal), approval(proposed), decision(proposed, "approve"))
        .answer();
  }

  static DecisionRequest decision(JsonObject proposed, String decision) {
    return DecisionRequest.parse(
        Json.object()
            .put("decision", decision)
            .put("action_digest", proposed.text("action_digest").orElseThrow())
            .build(),
        TenantProfile.STANDARD);
  }

  JsonObject execute(JsonObject proposed) {
    clock.advance(Duration.ofSeconds(1));
    return executeProposals.execute(tenant, id(proposed, "proposal_id"), TRACE);
  }

  /// Puts another payload into the place of what was proposed.
  JsonObject edit(Principal principal, JsonObject proposed, String note) {
    var body =
        Json.object()
            .put("payload", Json.object().put("note", note).build())
            .put("action_digest", proposed.text("action_digest").orElseThrow())
            .put("reason", "it was for another")
            .build();
    return editProposal
        .edit(call(principal), approval(proposed), EditProposal.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  JsonObject withdraw(Principal principal, JsonObject proposed) {
    return withdrawProposal.withdraw(call(principal), id(proposed, "proposal_id"), "").answer();
  }

  JsonObject report(Principal principal, UUID execution, boolean success, String severity) {
    var body = Json.object().put("success", success).put("severity", severity).build();
    return reportOutcome
        .report(call(principal), execution, OutcomeReport.parse(body, TenantProfile.STANDARD))
        .answer();
  }

  /// Adds a policy set with one more policy and puts it into force.
  void activate(JsonObject policy) {
    transactions.run(tenant, Rules.CHANGE, transaction -> activate(transaction, List.of(policy)));
  }

  /// The same with some more policies or none, with an entry that has these details.
  void activate(List<JsonObject> policies, JsonObject told) {
    ledger.transact(
        call(admin),
        new Attempt("policy.activated", "policy_set", "next"),
        Rules.CHANGE,
        transaction -> {
          int version = activate(transaction.tenant(), policies);
          transaction.record(
              "policy.activated",
              "policy_set",
              Integer.toString(version),
              transaction.newId(),
              told);
          return JsonObject.EMPTY;
        });
  }

  private int activate(TenantTransaction transaction, List<JsonObject> policies) {
    var starter = PolicySetJson.write(StarterSet.read());
    var all = new ArrayList<Json>(starter.items("policies"));
    all.addAll(policies);
    PolicySet set = PolicySetJson.read(starter.with("policies", Json.array(all)));
    int next = policyVersions.kept(transaction).latest() + 1;
    var content = new PolicyVersions.Content(set, JsonObject.EMPTY);
    policyVersions.add(transaction, next, content, "test", clock.instant());
    var draft = policyVersions.read(transaction, next).orElseThrow();
    policyVersions.move(transaction, draft, VersionState.VALIDATED, "test", clock.instant());
    var valid = policyVersions.read(transaction, next).orElseThrow();
    policyVersions.activate(transaction, valid, "test", clock.instant());
    transaction.raise(Counter.POLICIES);
    return next;
  }

  static UUID id(JsonObject json, String member) {
    return UUID.fromString(json.text(member).orElseThrow());
  }

  static UUID approval(JsonObject proposed) {
    return id(proposed.object("approval").orElseThrow(), "id");
  }

  static UUID execution(JsonObject decided) {
    return id(decided.object("execution").orElseThrow(), "id");
  }

  JsonObject story(JsonObject proposed) {
    return showProposal.one(agent, id(proposed, "proposal_id"));
  }

  JsonObject rollBack(Principal principal, UUID execution) {
    return rollBack
        .rollBack(call(principal), execution, new RollBack.Request("wrong case", Optional.empty()))
        .answer();
  }

  String proposalState(JsonObject proposed) {
    return showProposal.one(agent, id(proposed, "proposal_id")).text("state").orElseThrow();
  }

  /// An entry of the log as the database holds it.
  record LoggedEntry(String action, String correlationId, JsonObject content) {}

  List<LoggedEntry> log() {
    return log(tenant);
  }

  /// The tenant's entries in the order of the log.
  List<LoggedEntry> log(TenantId whose) {
    try (var connection = database.behindTheCurtain().getConnection();
        var statement =
            connection.prepareStatement(
                "select action, correlation_id, id, expires_on::text, sealed, tenant_seq, previous from ledger.entry where tenant_id = ? order by log_index")) {
      statement.setObject(1, whose.value());
      var entries = new ArrayList<LoggedEntry>();
      var sealing = content.sealing();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          var place =
              new Place(whose, rows.getObject(3, UUID.class), ContentDay.of(rows.getString(4)));
          var canonical =
              Entry.Unplaced.unpacked(sealing.read(place, rows.getBytes(5)).orElseThrow().text())
                  .at(rows.getLong(6), Digest.of(rows.getBytes(7)));
          entries.add(
              new LoggedEntry(
                  rows.getString(1),
                  rows.getString(2),
                  (JsonObject) JsonReader.read(new String(canonical, StandardCharsets.UTF_8), 64)));
        }
      }
      return entries;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Exports the tenant's log to a file.
  Path export() {
    var reader = new LedgerReader(transactions, signer, ORIGIN, content);
    var exporter = new ExportLedger(ledger, reader, transactions, ORIGIN);
    var prepared = exporter.prepare(call(admin), ExportLedger.Wanted.ALL);
    var lines = new ArrayList<String>();
    exporter.write(prepared, lines::add);
    try {
      var file = Files.createTempFile(Path.of("target"), "export", ".jsonl");
      return Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> actions() {
    return log().stream().map(LoggedEntry::action).toList();
  }

  /// What is stored of the trust scopes, as text.
  String trust() {
    return String.join("\n", rows().stream().filter(row -> row.startsWith("trust.scope")).toList());
  }

  /// Every row of every tenant, to see that nothing changed.
  List<String> rows() {
    var rows = new ArrayList<String>();
    try (var connection = database.behindTheCurtain().getConnection();
        var statement = connection.createStatement()) {
      for (var table : TABLES) {
        try (var found =
            statement.executeQuery("select t::text from " + table + " t order by t::text")) {
          while (found.next()) {
            rows.add(table + found.getString(1));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }

  /// Changes the database behind the application's back. Says something else of the same length in
  /// the entries of an action, with the keys of the content: the database alone could not.
  void rewrite(String action, String said, String instead) {
    try (var connection = database.behindTheCurtain().getConnection();
        var read =
            connection.prepareStatement(
                "select tenant_id, id, expires_on::text, sealed from ledger.entry where action = ?");
        var write =
            connection.prepareStatement("update ledger.entry set sealed = ? where id = ?")) {
      read.setString(1, action);
      try (var rows = read.executeQuery()) {
        while (rows.next()) {
          var id = rows.getObject(2, UUID.class);
          var place =
              new Place(
                  new TenantId(rows.getObject(1, UUID.class)),
                  id,
                  ContentDay.of(rows.getString(3)));
          var known = content.sealing().read(place, rows.getBytes(4)).orElseThrow();
          var text = new String(known.text(), StandardCharsets.ISO_8859_1).replace(said, instead);
          write.setBytes(
              1,
              content
                  .sealing()
                  .seal(place, known.salt(), text.getBytes(StandardCharsets.ISO_8859_1)));
          write.setObject(2, id);
          write.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void tamper(String sql) {
    try (var connection = database.behindTheCurtain().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The one text that a question behind the application's back yields.
  String text(String sql) {
    try (var connection = database.behindTheCurtain().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    common.sequencer().close();
    signer.close();
  }
}
