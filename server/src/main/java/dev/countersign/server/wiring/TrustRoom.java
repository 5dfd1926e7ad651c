package dev.countersign.server.wiring;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.usecase.Checkpoints;
import dev.countersign.ledger.usecase.CoveredReads;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.server.database.Databases;
import dev.countersign.trust.predict.anomaly.Watch;
import dev.countersign.trust.predict.forest.RandomCut;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.store.ActiveTenants;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.usecase.Anomalies;
import dev.countersign.trust.usecase.ChangeStage;
import dev.countersign.trust.usecase.ChooseModel;
import dev.countersign.trust.usecase.IssueCertificate;
import dev.countersign.trust.usecase.JudgeActiveTenants;
import dev.countersign.trust.usecase.JudgeHours;
import dev.countersign.trust.usecase.MaintainPredictors;
import dev.countersign.trust.usecase.Models;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.trust.usecase.SetTrust;
import dev.countersign.trust.usecase.ShowModels;
import dev.countersign.trust.usecase.SplitScope;
import dev.countersign.trust.usecase.TrainPredictors;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.trust.usecase.WatchPredictors;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jboss.logging.Logger;

/// Trust.
@Dependent
final class TrustRoom {
  private static final Logger LOG = Logger.getLogger(TrustRoom.class);

  @Produces
  @Singleton
  TrustScopes scopes(Ids ids, Clock clock) {
    return new TrustScopes(new TrustStore(), ids, clock);
  }

  @Produces
  @Singleton
  IssueCertificate certificates(
      TrustScopes scopes,
      TenantTransactions transactions,
      Checkpoints checkpoints,
      LogKeys keys,
      Clock clock) {
    return new IssueCertificate(scopes, new CoveredReads(transactions, checkpoints), keys, clock);
  }

  @Produces
  @Singleton
  SetTrust settings(TenantTransactions transactions, Ledger ledger) {
    return new SetTrust(transactions, ledger, new TrustStore());
  }

  @Produces
  @Singleton
  SplitScope splitting(Ledger ledger, TrustScopes scopes) {
    return new SplitScope(ledger, scopes);
  }

  @Produces
  @Singleton
  ChangeStage change(Ledger ledger, TrustScopes scopes) {
    return new ChangeStage(ledger, scopes);
  }

  /// Without the native library everything goes on, by base rates and by people.
  @Produces
  @Singleton
  Models models(Clock clock) {
    Xgboost.removeLeftovers(clock.instant());
    var loaded = Xgboost.load();
    if (loaded instanceof Xgboost.Loaded.Missing(var why)) {
      LOG.warnf("no model is trained or asked on this node: %s", why);
    }
    return new Models(loaded);
  }

  @Produces
  @Singleton
  Predictors predictors(Models models) {
    return new Predictors(models);
  }

  @Produces
  @Singleton
  ShowModels showModels(TenantTransactions transactions, Models models) {
    return new ShowModels(transactions, models);
  }

  @Produces
  @Singleton
  ChooseModel chooseModel(Ledger ledger, Models models) {
    return new ChooseModel(ledger, models);
  }

  @Produces
  @Singleton
  MaintainPredictors maintain(
      Databases databases,
      TenantTransactions transactions,
      Ledger ledger,
      Models models,
      Anomalies alarms,
      Ids ids,
      Clock clock) {
    return new MaintainPredictors(
        new ActiveTenants(databases.job(DatabaseRole.TIMER)),
        new TrainPredictors(transactions, ledger, models, clock),
        new WatchPredictors(transactions, ledger, models, alarms, clock),
        ids,
        clock);
  }

  @Produces
  @Singleton
  Anomalies anomalies(TenantTransactions transactions, Ledger ledger, Clock clock) {
    return new Anomalies(transactions, ledger, clock);
  }

  @Produces
  @Singleton
  JudgeHours hours(TenantTransactions transactions, Ledger ledger, Ids ids, Clock clock) {
    return new JudgeHours(transactions, ledger, new Watch(new RandomCut()), ids, clock);
  }

  @Produces
  @Singleton
  JudgeActiveTenants judge(Databases databases, JudgeHours hours, Clock clock) {
    return new JudgeActiveTenants(
        new ActiveTenants(databases.job(DatabaseRole.TIMER)), hours, clock);
  }
}
