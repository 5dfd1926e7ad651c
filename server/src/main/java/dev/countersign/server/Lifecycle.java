package dev.countersign.server;

import dev.countersign.events.usecase.LiveFeed;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.CosignCheckpoint;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.GatherCosignatures;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.policy.usecase.SimulationRunner;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.demo.DemoTenant;
import dev.countersign.server.demo.FirstKey;
import dev.countersign.server.jobs.DueJob;
import dev.countersign.server.jobs.HoursJob;
import dev.countersign.server.jobs.KeysJob;
import dev.countersign.server.jobs.PredictorsJob;
import dev.countersign.server.jobs.RetentionJob;
import dev.countersign.server.jobs.WebhooksJob;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/// The order in which the parts start and stop.
///
/// At the stop requests end first (Quarkus waits for them), then what commits for them, then the
/// jobs; the database is closed last, by its own disposer.
@Singleton
public final class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  private final CheckpointSigner signer;
  private final GatherCosignatures cosignatures;
  private final Sequencer sequencer;
  private final DecisionWriter writer;
  private final DueJob jobs;
  private final HoursJob hours;
  private final RetentionJob retention;
  private final KeysJob keys;
  private final WebhooksJob webhooks;
  private final PredictorsJob predictors;
  private final LiveFeed live;
  private final SimulationRunner simulations;
  private final FirstKey firstKey;
  private final DemoTenant demo;
  private final CountersignConfig config;

  Lifecycle(
      CheckpointSigner signer,
      GatherCosignatures cosignatures,
      Sequencer sequencer,
      DecisionWriter writer,
      DueJob jobs,
      HoursJob hours,
      RetentionJob retention,
      KeysJob keys,
      WebhooksJob webhooks,
      PredictorsJob predictors,
      LiveFeed live,
      SimulationRunner simulations,
      FirstKey firstKey,
      DemoTenant demo,
      CountersignConfig config,
      LogKeys logKeys,
      CosignCheckpoint witness) {
    logKeys.published().forEach(key -> LOG.infof("verifier key of the log: %s", key));
    witness.verifiers().forEach(key -> LOG.infof("verifier key of the witness: %s", key));
    this.signer = signer;
    this.cosignatures = cosignatures;
    this.sequencer = sequencer;
    this.writer = writer;
    this.jobs = jobs;
    this.hours = hours;
    this.retention = retention;
    this.keys = keys;
    this.webhooks = webhooks;
    this.predictors = predictors;
    this.live = live;
    this.simulations = simulations;
    this.firstKey = firstKey;
    this.demo = demo;
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    signer.start();
    // Before the first append, which asks the witnesses.
    cosignatures.start();
    sequencer.start();
    writer.start();
    firstKey.ensure();
    if (config.demo()) {
      demo.ensure();
    }
    jobs.start();
    hours.start();
    retention.start();
    keys.start();
    webhooks.start();
    predictors.start();
    live.start();
    // Quarkus waits for requests before it says that it stops, and streams do not end by
    // themselves.
    Runtime.getRuntime().addShutdownHook(new Thread(live::close, "countersign-live-stop"));
  }

  void stop(@Observes ShutdownEvent event) {
    live.close();
    simulations.close();
    jobs.close();
    hours.close();
    retention.close();
    keys.close();
    webhooks.close();
    predictors.close();
    writer.close();
    sequencer.close();
    cosignatures.close();
    signer.close();
  }
}
