package dev.countersign.server.wiring;

import dev.countersign.events.WebhookKey;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.cel.CelPredicates;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.usecase.AddPolicies;
import dev.countersign.server.database.Databases;
import dev.countersign.server.outgoing.HttpActionCalls;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.store.DueWork;
import dev.countersign.workflow.usecase.ActionCalls;
import dev.countersign.workflow.usecase.ChangeGate;
import dev.countersign.workflow.usecase.ChangeRule;
import dev.countersign.workflow.usecase.ChangeTask;
import dev.countersign.workflow.usecase.CorrectCase;
import dev.countersign.workflow.usecase.CreateDelegation;
import dev.countersign.workflow.usecase.CreateGrant;
import dev.countersign.workflow.usecase.CreateRule;
import dev.countersign.workflow.usecase.DecideApproval;
import dev.countersign.workflow.usecase.DecideSeveral;
import dev.countersign.workflow.usecase.DefineWorkflow;
import dev.countersign.workflow.usecase.DryRun;
import dev.countersign.workflow.usecase.EditProposal;
import dev.countersign.workflow.usecase.EndGrants;
import dev.countersign.workflow.usecase.EscalateApprovals;
import dev.countersign.workflow.usecase.ExecuteProposals;
import dev.countersign.workflow.usecase.ExpireApprovals;
import dev.countersign.workflow.usecase.LiftFreeze;
import dev.countersign.workflow.usecase.LoadPack;
import dev.countersign.workflow.usecase.MaintainTraps;
import dev.countersign.workflow.usecase.MarkOverdue;
import dev.countersign.workflow.usecase.MigrateCase;
import dev.countersign.workflow.usecase.MissSla;
import dev.countersign.workflow.usecase.OpenCase;
import dev.countersign.workflow.usecase.OpenTask;
import dev.countersign.workflow.usecase.PostEvent;
import dev.countersign.workflow.usecase.Propose;
import dev.countersign.workflow.usecase.Reactions;
import dev.countersign.workflow.usecase.ReleaseCase;
import dev.countersign.workflow.usecase.RemoteWork;
import dev.countersign.workflow.usecase.ReportOutcome;
import dev.countersign.workflow.usecase.RequestAccess;
import dev.countersign.workflow.usecase.RequestApproval;
import dev.countersign.workflow.usecase.ResetPack;
import dev.countersign.workflow.usecase.ResolveParked;
import dev.countersign.workflow.usecase.RevokeDelegation;
import dev.countersign.workflow.usecase.RollBack;
import dev.countersign.workflow.usecase.SetAutonomy;
import dev.countersign.workflow.usecase.SetFreeze;
import dev.countersign.workflow.usecase.SetVigilance;
import dev.countersign.workflow.usecase.ShowApprovals;
import dev.countersign.workflow.usecase.ShowCases;
import dev.countersign.workflow.usecase.ShowDelegations;
import dev.countersign.workflow.usecase.ShowExecutions;
import dev.countersign.workflow.usecase.ShowFreezes;
import dev.countersign.workflow.usecase.ShowGates;
import dev.countersign.workflow.usecase.ShowGrants;
import dev.countersign.workflow.usecase.ShowProposal;
import dev.countersign.workflow.usecase.ShowReviewers;
import dev.countersign.workflow.usecase.ShowRules;
import dev.countersign.workflow.usecase.ShowTimeline;
import dev.countersign.workflow.usecase.ShowWorkflows;
import dev.countersign.workflow.usecase.Weighing;
import dev.countersign.workflow.usecase.WithdrawProposal;
import dev.countersign.workflow.usecase.WorkOffDue;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.Executor;

/// Cases, gates, proposals, approvals and executions.
@Dependent
final class WorkflowRoom {
  /// Each waits for the disk for most of its time, and a wave must not take all connections.
  private static final int DUE_AT_ONCE = 8;

  @Produces
  @Singleton
  Predicates language() {
    return new CelPredicates();
  }

  @Produces
  @Singleton
  Weighing weighing(PolicySnapshots policies, Predicates language, Predictors predictors) {
    return new Weighing(policies, language, predictors);
  }

  @Produces
  @Singleton
  DefineWorkflow define(Ledger ledger, Predicates language) {
    return new DefineWorkflow(ledger, language);
  }

  @Produces
  @Singleton
  ShowWorkflows workflows(TenantTransactions transactions) {
    return new ShowWorkflows(transactions);
  }

  @Produces
  @Singleton
  Reactions reactions(Weighing weighing, TrustScopes scopes, Ids ids) {
    return new Reactions(weighing, scopes, ids);
  }

  @Produces
  @Singleton
  OpenCase open(Ledger ledger, Reactions reactions) {
    return new OpenCase(ledger, reactions);
  }

  @Produces
  @Singleton
  ReleaseCase release(Ledger ledger) {
    return new ReleaseCase(ledger);
  }

  @Produces
  @Singleton
  CorrectCase correct(Ledger ledger, TrustScopes scopes, Reactions reactions) {
    return new CorrectCase(ledger, scopes, reactions);
  }

  @Produces
  @Singleton
  MigrateCase migrate(Ledger ledger, TrustScopes scopes) {
    return new MigrateCase(ledger, scopes);
  }

  @Produces
  @Singleton
  CreateRule createRule(Ledger ledger, Predicates language) {
    return new CreateRule(ledger, language);
  }

  @Produces
  @Singleton
  ChangeRule changeRule(Ledger ledger, Predicates language) {
    return new ChangeRule(ledger, language);
  }

  @Produces
  @Singleton
  ShowRules rules(TenantTransactions transactions) {
    return new ShowRules(transactions);
  }

  @Produces
  @Singleton
  OpenTask openTask(Ledger ledger) {
    return new OpenTask(ledger);
  }

  @Produces
  @Singleton
  ChangeTask changeTask(Ledger ledger, Reactions reactions) {
    return new ChangeTask(ledger, reactions);
  }

  @Produces
  @Singleton
  PostEvent postEvent(Ledger ledger, Reactions reactions) {
    return new PostEvent(ledger, reactions);
  }

  @Produces
  @Singleton
  ShowTimeline timeline(TenantTransactions transactions) {
    return new ShowTimeline(transactions);
  }

  @Produces
  @Singleton
  ShowCases cases(TenantTransactions transactions, Clock clock) {
    return new ShowCases(transactions, clock);
  }

  @Produces
  @Singleton
  Propose propose(
      Ledger ledger, Weighing weighing, TrustScopes scopes, ExecuteProposals executions, Ids ids) {
    return new Propose(ledger, weighing, scopes, executions, ids);
  }

  @Produces
  @Singleton
  DryRun dryRun(Ledger ledger, Propose propose) {
    return new DryRun(ledger, propose);
  }

  @Produces
  @Singleton
  SetAutonomy autonomy(TenantTransactions transactions, Ledger ledger) {
    return new SetAutonomy(transactions, ledger);
  }

  @Produces
  @Singleton
  ActionCalls calls(PinnedPosts posts, WebhookKey key, Clock clock) {
    return new HttpActionCalls(posts::within, key, clock);
  }

  /// Systems are asked on threads of their own; the leases bound what is under way.
  @Produces
  @Singleton
  RemoteWork remote(
      Ledger ledger,
      Weighing weighing,
      TrustScopes scopes,
      ActionCalls calls,
      Ids ids,
      Clock clock) {
    Executor executor = task -> Thread.ofVirtual().name("countersign-calls").start(task);
    return new RemoteWork(
        ledger, weighing, scopes, ids, calls, executor, HttpActionCalls.pauses(), clock);
  }

  @Produces
  @Singleton
  RollBack rollBack(
      TenantTransactions transactions,
      Ledger ledger,
      Weighing weighing,
      TrustScopes scopes,
      RemoteWork remote,
      Ids ids) {
    return new RollBack(transactions, ledger, weighing, scopes, remote, ids);
  }

  @Produces
  @Singleton
  ResolveParked parked(
      TenantTransactions transactions, Ledger ledger, TrustScopes scopes, RemoteWork remote) {
    return new ResolveParked(transactions, ledger, scopes, remote);
  }

  @Produces
  @Singleton
  ShowExecutions executions(TenantTransactions transactions) {
    return new ShowExecutions(transactions);
  }

  @Produces
  @Singleton
  WithdrawProposal withdraw(Ledger ledger, TrustScopes scopes) {
    return new WithdrawProposal(ledger, scopes);
  }

  @Produces
  @Singleton
  EditProposal edit(
      TenantTransactions transactions, Ledger ledger, Weighing weighing, TrustScopes scopes) {
    return new EditProposal(transactions, ledger, weighing, scopes);
  }

  @Produces
  @Singleton
  ShowProposal proposals(TenantTransactions transactions, TrustScopes scopes) {
    return new ShowProposal(transactions, scopes);
  }

  @Produces
  @Singleton
  ExecuteProposals execute(
      Ledger ledger,
      Weighing weighing,
      TrustScopes scopes,
      RemoteWork remote,
      Ids ids,
      Clock clock) {
    return new ExecuteProposals(ledger, weighing, scopes, remote, ids, clock);
  }

  @Produces
  @Singleton
  DecideApproval decide(
      TenantTransactions transactions,
      Ledger ledger,
      Weighing weighing,
      TrustScopes scopes,
      ExecuteProposals executions) {
    return new DecideApproval(transactions, ledger, weighing, scopes, executions);
  }

  @Produces
  @Singleton
  DecideSeveral several(Ledger ledger, DecideApproval decide) {
    return new DecideSeveral(ledger, decide);
  }

  @Produces
  @Singleton
  ShowApprovals approvals(
      TenantTransactions transactions, Ledger ledger, TrustScopes scopes, Clock clock) {
    return new ShowApprovals(transactions, ledger.sealing(), scopes, clock);
  }

  @Produces
  @Singleton
  CreateDelegation delegate(Ledger ledger) {
    return new CreateDelegation(ledger);
  }

  @Produces
  @Singleton
  RevokeDelegation revokeDelegation(Ledger ledger) {
    return new RevokeDelegation(ledger);
  }

  @Produces
  @Singleton
  ShowDelegations delegations(TenantTransactions transactions, Clock clock) {
    return new ShowDelegations(transactions, clock);
  }

  @Produces
  @Singleton
  CreateGrant grant(Ledger ledger) {
    return new CreateGrant(ledger);
  }

  @Produces
  @Singleton
  EndGrants endGrants(Ledger ledger) {
    return new EndGrants(ledger);
  }

  @Produces
  @Singleton
  ShowGrants grants(TenantTransactions transactions) {
    return new ShowGrants(transactions);
  }

  @Produces
  @Singleton
  SetVigilance vigilance(TenantTransactions transactions, Ledger ledger) {
    return new SetVigilance(transactions, ledger);
  }

  @Produces
  @Singleton
  MaintainTraps traps(TenantTransactions transactions, Ledger ledger, Predicates language) {
    return new MaintainTraps(transactions, ledger, language);
  }

  @Produces
  @Singleton
  ShowReviewers reviewers(TenantTransactions transactions, Clock clock) {
    return new ShowReviewers(transactions, clock);
  }

  @Produces
  @Singleton
  RequestApproval request(Ledger ledger) {
    return new RequestApproval(ledger);
  }

  @Produces
  @Singleton
  RequestAccess access(
      TenantTransactions transactions, EntryScan entries, RequestApproval requests, Clock clock) {
    return new RequestAccess(transactions, entries, requests, clock);
  }

  @Produces
  @Singleton
  ReportOutcome outcome(Ledger ledger, TrustScopes scopes) {
    return new ReportOutcome(ledger, scopes);
  }

  @Produces
  @Singleton
  ChangeGate gate(Ledger ledger) {
    return new ChangeGate(ledger);
  }

  @Produces
  @Singleton
  ShowGates gates(TenantTransactions transactions, Clock clock) {
    return new ShowGates(transactions, clock);
  }

  @Produces
  @Singleton
  LoadPack loadPack(
      Ledger ledger,
      Predicates language,
      AddPolicies policies,
      DefineWorkflow define,
      ChangeGate gates,
      OpenCase open) {
    return new LoadPack(ledger, language, policies, define, gates, open);
  }

  @Produces
  @Singleton
  ResetPack resetPack(Ledger ledger, OpenCase open, TrustScopes scopes) {
    return new ResetPack(ledger, open, scopes);
  }

  @Produces
  @Singleton
  SetFreeze freeze(Ledger ledger) {
    return new SetFreeze(ledger);
  }

  @Produces
  @Singleton
  LiftFreeze lift(Ledger ledger) {
    return new LiftFreeze(ledger);
  }

  @Produces
  @Singleton
  ShowFreezes freezes(TenantTransactions transactions) {
    return new ShowFreezes(transactions);
  }

  @Produces
  @Singleton
  WorkOffDue due(
      Databases databases,
      Ledger ledger,
      TrustScopes scopes,
      ExecuteProposals executions,
      RemoteWork remote,
      Reactions reactions,
      Clock clock,
      Ids ids) {
    return new WorkOffDue(
        new DueWork(databases.job(DatabaseRole.TIMER)),
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
}
