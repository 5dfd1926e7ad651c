package dev.countersign.benchmarks.crash;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.SigningKeyFile;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.Decisions;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.check.CheckRecord;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/// The process that is killed: clients that ask without a pause, the policy engine that decides and
/// the writer that commits. Each client writes a decision to standard output once it has its
/// answer.
///
/// A line is one write to a file, so what was written is there for the parent however this ends.
final class CrashedRoom {
  private static final String[] BODIES = {
    "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"tokens\":120,\"row_count\":10}}",
    "{\"model\":\"other\",\"operation\":\"classify\",\"metadata\":{\"contains_personal_data\":true}}",
    "{\"model\":\"other\",\"operation\":\"unheard_of\",\"metadata\":{\"row_count\":20000}}"
  };

  private final Ids ids = new Ids(Clock.systemUTC(), new SecureRandom());
  private final Clock clock = Clock.systemUTC();
  private final DecisionWriter writer;
  private final TenantTransactions transactions;
  private final PolicySnapshots snapshots =
      new PolicySnapshots(new PolicyStore(), new CelConditions());
  private final AtomicLong left;

  private CrashedRoom(Place place, long answers) {
    this.left = new AtomicLong(answers);
    var state = new LogState(false);
    var key = new SigningKeyFile(place.key()).load();
    var signer = new CheckpointSigner(place.as(DatabaseRole.APP), key, place.checkpoint(), state);
    writer =
        new DecisionWriter(
            place.as(DatabaseRole.BATCH),
            new AppendPath(place.contentKeys()),
            signer,
            state,
            ids,
            key.verifier().name());
    transactions = new TenantTransactions(place.as(DatabaseRole.APP));
    signer.start();
    writer.start();
  }

  /// @param args the folder, the database's address, the number of clients, the seed and, to end
  ///   after so many answers instead of being killed, their number
  public static void main(String[] args) throws InterruptedException {
    var place = new Place(Path.of(args[0]), args[1]);
    long seed = Long.parseLong(args[3]);
    var room = new CrashedRoom(place, args.length > 4 ? Long.parseLong(args[4]) : Long.MAX_VALUE);
    var clients = new Thread[Integer.parseInt(args[2])];
    for (int i = 0; i < clients.length; i++) {
      var random = new Random(seed + i);
      var tenant = Place.TENANTS.get(i % Place.TENANTS.size());
      clients[i] = Thread.ofPlatform().start(() -> room.ask(tenant, random));
    }
    for (var client : clients) {
      client.join();
    }
    room.writer.close();
  }

  private void ask(TenantId tenant, Random random) {
    var policies = transactions.run(tenant, Rules.READ, snapshots::load);
    long credentials =
        transactions.run(tenant, Rules.READ, transaction -> transaction.generation().credentials());
    var caller =
        new Principal(
            tenant,
            Principal.Kind.API_KEY,
            "ck_crash",
            "crash",
            new TreeSet<>(),
            Principal.DEFAULT_SITE,
            credentials);
    while (left.getAndDecrement() > 0) {
      try {
        var decided = decide(caller, policies, BODIES[random.nextInt(BODIES.length)]);
        switch (writer.submit(decided).join()) {
          case Decisions.Result.Committed _ -> tell(decided.draft().correlationId().toString());
          case Decisions.Result.Stale _ ->
              throw new IllegalStateException("nobody changes a rule here");
        }
      } catch (CompletionException e) {
        // Refused: an answer, but none that promises anything.
        System.err.println("refused: " + e.getCause());
      }
    }
  }

  private Decisions.Submission decide(Principal caller, TenantPolicies policies, String body) {
    var checked =
        CheckRequest.read(JsonReader.readObject(body), policies.facts()).decide(caller, policies);
    var decision = ids.next();
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return new Decisions.Submission(
        new Entry.Draft(
            ids.next(),
            caller.tenant(),
            now,
            caller.actor(),
            "decision.made",
            "decision",
            decision.toString(),
            decision,
            "0".repeat(32),
            "127.0.0.1",
            new CheckRecord(decision, now, Duration.ZERO, checked).details()),
        policies.generation(),
        caller.credentialsGeneration());
  }

  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private static void tell(String decision) {
    try {
      OUT.write((decision + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
