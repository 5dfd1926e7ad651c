package dev.countersign.server.wiring;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.content.ContentKeyFailure;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.Checkpoints;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.ledger.usecase.EraseContent;
import dev.countersign.ledger.usecase.ExportLedger;
import dev.countersign.ledger.usecase.FindOrphans;
import dev.countersign.ledger.usecase.Holds;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.OwnCopies;
import dev.countersign.ledger.usecase.Retention;
import dev.countersign.ledger.usecase.SearchEntries;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.policy.store.EntityStore;
import dev.countersign.policy.store.Simulations;
import dev.countersign.policy.usecase.PolicyCopies;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.StartRefused;
import dev.countersign.server.database.Databases;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.usecase.WorkflowCopies;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/// The ledger.
@Dependent
final class LedgerRoom {

  @Produces
  @Singleton
  LogKeys keys(CountersignConfig config, Databases databases, Ids ids) {
    return LogIdentities.log(config, databases.app(), ids);
  }

  @Produces
  @Singleton
  VerifierKey verifier(LogKeys keys) {
    return keys.published().getLast();
  }

  @Produces
  @Singleton
  LogState state() {
    return new LogState(false);
  }

  @Produces
  @Singleton
  ContentKeys contentKeys(CountersignConfig config, Databases databases) {
    var folder =
        config
            .ledger()
            .contentKeys()
            .orElseGet(() -> config.dataDir().resolve("ledger").resolve("content-keys"));
    try {
      return ContentKeyStore.open(
          folder,
          databases.single(DatabaseRole.APP),
          databases.single(DatabaseRole.MAINTENANCE),
          new SecureRandom());
    } catch (ContentKeyFailure e) {
      throw new StartRefused(String.valueOf(e.getMessage()), "see docs/erasure.md");
    }
  }

  @Produces
  @Singleton
  AppendPath path(ContentKeys keys) {
    return new AppendPath(keys);
  }

  @Produces
  @Singleton
  @Typed(CheckpointSigner.class)
  CheckpointSigner signer(
      CountersignConfig config, Databases databases, LogKeys keys, LogState state) {
    return new CheckpointSigner(
        databases.app(), keys, config.dataDir().resolve("ledger").resolve("checkpoint"), state);
  }

  @Produces
  @Singleton
  Sequencer sequencer(
      Databases databases,
      AppendPath path,
      CheckpointSigner signer,
      LogState state,
      Ids ids,
      VerifierKey key) {
    return new Sequencer(
        databases.single(DatabaseRole.SEQUENCER), path, signer, state, ids, key.name());
  }

  @Produces
  @Singleton
  DecisionWriter writer(
      Databases databases,
      AppendPath path,
      CheckpointSigner signer,
      LogState state,
      Ids ids,
      VerifierKey key) {
    return new DecisionWriter(
        databases.single(DatabaseRole.BATCH), path, signer, state, ids, key.name());
  }

  @Produces
  @Singleton
  LedgerReader reader(
      TenantTransactions transactions, Checkpoints checkpoints, VerifierKey key, ContentKeys keys) {
    return new LedgerReader(transactions, checkpoints, key.name(), keys);
  }

  @Produces
  @Singleton
  EntryScan scan(TenantTransactions transactions, ContentKeys keys) {
    return new EntryScan(transactions, keys);
  }

  @Produces
  @Singleton
  Ledger ledger(
      TenantTransactions transactions,
      Sequencer sequencer,
      LedgerReader reader,
      LogState state,
      Ids ids,
      Clock clock) {
    return new Ledger(transactions, sequencer, reader, state, ids, clock);
  }

  @Produces
  @Singleton
  SearchEntries search(TenantTransactions transactions, ContentKeys keys, VerifierKey key) {
    return new SearchEntries(transactions, keys.sealing(), key.name(), SearchEntries.ANSWER);
  }

  @Produces
  @Singleton
  FindOrphans orphans(TenantTransactions transactions, ContentKeys keys) {
    return new FindOrphans(transactions, keys.sealing(), FindOrphans.ANSWER);
  }

  @Produces
  @Singleton
  ExportLedger export(
      Ledger ledger, LedgerReader reader, TenantTransactions transactions, VerifierKey key) {
    return new ExportLedger(ledger, reader, transactions, key.name());
  }

  /// Every room that repeats what ledger entries say is listed here; `ContentColumnsTest` holds it.
  @Produces
  @Singleton
  EraseContent erase(Ledger ledger, EntityStore entities, TrustScopes scopes) {
    return new EraseContent(
        ledger,
        List.of(
            new OwnCopies(),
            new WorkflowCopies(scopes),
            new PolicyCopies(new Simulations(), entities)));
  }

  @Produces
  @Singleton
  Holds holds(Ledger ledger, TenantTransactions transactions) {
    return new Holds(ledger, transactions);
  }

  @Produces
  @Singleton
  Retention retention(
      Databases databases, ContentKeys keys, Ledger ledger, TenantTransactions transactions) {
    return new Retention(databases.single(DatabaseRole.MAINTENANCE), keys, ledger, transactions);
  }
}
