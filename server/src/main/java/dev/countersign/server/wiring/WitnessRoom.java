package dev.countersign.server.wiring;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.WatchedLog;
import dev.countersign.ledger.store.WatchedLogs;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.CosignCheckpoint;
import dev.countersign.ledger.usecase.GatherCosignatures;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.OpenAlarms;
import dev.countersign.ledger.usecase.PublishedCheckpoints;
import dev.countersign.ledger.usecase.Witness;
import dev.countersign.ledger.witness.RemoteWitness;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.StartRefused;
import dev.countersign.server.database.Databases;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The ledger's witnesses: those that watch this log, and what this server is for other logs.
@Singleton
final class WitnessRoom {
  private static final String WITNESSES = "countersign.ledger.witnesses.";
  private static final String LOGS = "countersign.witness.logs.";

  /// Who is asked, in the order of their names.
  private final List<Witness> asked;

  WitnessRoom(CountersignConfig config) {
    var client = RemoteWitness.client();
    var witnesses = new ArrayList<Witness>();
    new TreeMap<>(config.ledger().witnesses())
        .forEach((name, witness) ->
            witnesses.add(
                checked(
                    WITNESSES + name,
                    () ->
                        new Witness(
                            new RemoteWitness(name, keys(witness.keys()), witness.url(), client),
                            witness.own() ? Witness.OWN : Witness.FOREIGN))));
    this.asked = List.copyOf(witnesses);
  }

  /// So that a mistake in a list of settings names the one that is wrong.
  private static <T> T checked(String setting, Supplier<T> made) {
    try {
      return made.get();
    } catch (MalformedLedgerData | IllegalArgumentException e) {
      throw new StartRefused(
          "`" + setting + "`: " + e.getMessage(),
          "see docs/witnesses.md and docs/configuration.md");
    }
  }

  private static List<VerifierKey> keys(List<String> given) {
    return given.stream().map(text -> VerifierKey.parse(text.strip())).toList();
  }

  @Produces
  @Singleton
  PublishedCheckpoints published(CountersignConfig config, CheckpointSigner signer, LogKeys keys) {
    var verifiers = asked.stream().flatMap(witness -> witness.remote().keys().stream()).toList();
    return checked(
        "countersign.ledger.quorum",
        () -> new PublishedCheckpoints(signer, keys, verifiers, config.ledger().quorum()));
  }

  @Produces
  @Singleton
  GatherCosignatures gathering(
      Databases databases,
      CheckpointSigner signer,
      PublishedCheckpoints published,
      LogKeys keys,
      LogState state) {
    return checked(
        "countersign.ledger.witnesses",
        () ->
            new GatherCosignatures(
                databases.single(DatabaseRole.APP), signer, published, keys, asked, state));
  }

  @Produces
  @Singleton
  CosignCheckpoint witness(
      CountersignConfig config, Databases databases, Ids ids, LogState state, Clock clock) {
    var logs = new ArrayList<WatchedLog>();
    new TreeMap<>(config.witness().logs())
        .forEach((name, log) -> logs.add(checked(LOGS + name, () -> watched(log))));
    var keys =
        logs.isEmpty()
            ? List.<SigningKey>of()
            : LogIdentities.witness(config, databases.app(), ids);
    return checked(
        "countersign.witness.logs",
        () -> new CosignCheckpoint(logs, keys, new WatchedLogs(databases.app()), state, clock));
  }

  private static WatchedLog watched(CountersignConfig.Witness.Log log) {
    var keys = keys(log.keys());
    return new WatchedLog(
        log.origin().orElseGet(() -> keys.isEmpty() ? "" : keys.getFirst().name()), keys);
  }

  @Produces
  @Singleton
  OpenAlarms alarms(Databases databases) {
    return new OpenAlarms(databases.app());
  }
}
