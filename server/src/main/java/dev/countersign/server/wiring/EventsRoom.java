package dev.countersign.server.wiring;

import dev.countersign.events.AllowedAddresses;
import dev.countersign.events.WebhookKey;
import dev.countersign.events.sending.Names;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.events.store.DueWebhooks;
import dev.countersign.events.store.WebhookKeyStore;
import dev.countersign.events.usecase.ChangeWebhook;
import dev.countersign.events.usecase.CreateWebhook;
import dev.countersign.events.usecase.DeliverWebhooks;
import dev.countersign.events.usecase.DeliverWebhooks.Bounds;
import dev.countersign.events.usecase.LiveFeed;
import dev.countersign.events.usecase.PingWebhook;
import dev.countersign.events.usecase.PruneDeliveries;
import dev.countersign.events.usecase.RedriveDelivery;
import dev.countersign.events.usecase.RemoveWebhook;
import dev.countersign.events.usecase.ShowWebhooks;
import dev.countersign.identity.Network;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.store.LogLengths;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.OwnerOnlyFile;
import dev.countersign.server.config.StartRefused;
import dev.countersign.server.database.Databases;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;

/// What the log says, told to others.
@Dependent
final class EventsRoom {

  @Produces
  @Singleton
  WebhookKey key(CountersignConfig config, Databases databases) {
    var file = OwnerOnlyFile.folder(config.dataDir().resolve("webhooks")).resolve("signing-key");
    var store = new WebhookKeyStore(databases.app());
    try {
      if (store.known().isPresent() && !Files.exists(file)) {
        throw anothers(file, "is missing");
      }
      var key = parsed(file);
      store.claim(key.publicKey());
      if (!Arrays.equals(store.known().orElseThrow(), key.publicKey())) {
        throw anothers(file, "is not the one that the nodes on this database sign webhooks with");
      }
      return key;
    } catch (DatabaseFailure e) {
      throw new StartRefused(
          "the key of webhooks cannot be compared: " + e.getMessage(), "try again");
    }
  }

  private static WebhookKey parsed(Path file) {
    try {
      return WebhookKey.parse(
          OwnerOnlyFile.text(file, () -> WebhookKey.generate(new SecureRandom()).text()));
    } catch (IllegalArgumentException e) {
      throw new StartRefused(
          "the key of webhooks in `" + file + "` is damaged", "restore the file from a backup");
    }
  }

  private static StartRefused anothers(Path file, String how) {
    return new StartRefused(
        "`%s` %s".formatted(file, how),
        "copy `webhooks/signing-key` from the data directory of a node that works, or restore it from a backup");
  }

  @Produces
  @Singleton
  PinnedPosts posts(CountersignConfig config) {
    var allowed =
        new AllowedAddresses(networks(config.webhooks().allowedNetworks().orElse(List.of())));
    var tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    boolean http = config.webhooks().allowHttp();
    return patience -> new PinnedPost(allowed, Names.system(), tls, http, patience);
  }

  @Produces
  @Singleton
  PinnedPost post(PinnedPosts posts) {
    return posts.within(PinnedPost.PATIENCE);
  }

  private static List<Network> networks(List<String> blocks) {
    var networks = new ArrayList<Network>();
    for (var block : blocks) {
      networks.add(
          Network.parse(block.strip())
              .orElseThrow(() ->
                  new StartRefused(
                      "`countersign.webhooks.allowed-networks` has `"
                          + block
                          + "`, which is no block",
                      "give blocks such as `10.20.0.0/16`, with commas between them")));
    }
    return networks;
  }

  @Produces
  @Singleton
  LogLengths lengths(Databases databases) {
    return new LogLengths(databases.job(DatabaseRole.TIMER));
  }

  @Produces
  @Singleton
  DueWebhooks due(Databases databases) {
    return new DueWebhooks(databases.job(DatabaseRole.TIMER));
  }

  @Produces
  @Singleton
  DeliverWebhooks deliver(
      DueWebhooks due,
      LogLengths lengths,
      TenantTransactions transactions,
      Ledger ledger,
      PinnedPost post,
      WebhookKey key,
      VerifierKey log,
      Clock clock,
      Ids ids) {
    return new DeliverWebhooks(
        due,
        lengths,
        transactions,
        ledger,
        post,
        key,
        log.name(),
        clock,
        ids,
        new SecureRandom(),
        Bounds.USUAL);
  }

  @Produces
  @Singleton
  PruneDeliveries prune(DueWebhooks due, TenantTransactions transactions, Clock clock) {
    return new PruneDeliveries(due, transactions, clock);
  }

  @Produces
  @Singleton
  LiveFeed live(
      LogLengths lengths, TenantTransactions transactions, Ledger ledger, VerifierKey log) {
    return new LiveFeed(lengths, transactions, ledger::sealing, log.name());
  }

  @Produces
  @Singleton
  CreateWebhook create(Ledger ledger, PinnedPost post) {
    return new CreateWebhook(ledger, post);
  }

  @Produces
  @Singleton
  ChangeWebhook change(Ledger ledger, PinnedPost post) {
    return new ChangeWebhook(ledger, post);
  }

  @Produces
  @Singleton
  RemoveWebhook remove(Ledger ledger) {
    return new RemoveWebhook(ledger);
  }

  @Produces
  @Singleton
  RedriveDelivery redrive(Ledger ledger) {
    return new RedriveDelivery(ledger);
  }

  @Produces
  @Singleton
  PingWebhook ping(
      Ledger ledger, PinnedPost post, WebhookKey key, VerifierKey log, Ids ids, Clock clock) {
    return new PingWebhook(ledger, post, key, log.name(), ids, clock);
  }

  @Produces
  @Singleton
  ShowWebhooks show(TenantTransactions transactions) {
    return new ShowWebhooks(transactions);
  }
}
