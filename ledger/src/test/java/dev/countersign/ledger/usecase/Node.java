package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.LogRecomputation.Inconsistency;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/// Everything of the ledger that one process runs, wired as the server wires it.
final class Node implements AutoCloseable {

  static final String ORIGIN = "ledger.test/log";
  static final SigningKey KEY =
      SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final LedgerDatabase database;
  final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  final Ids ids = new Ids(clock, new SecureRandom());
  final LogState state;
  final Path checkpoint;
  final CheckpointSigner signer;
  final Sequencer sequencer;
  final DecisionWriter decisions;
  final LedgerReader reader;
  final SearchEntries search;
  final Ledger ledger;
  final TenantTransactions transactions;
  final ContentKeys content;

  /// Letters and digits that no compression makes much shorter, always the same ones.
  static String noise(int length) {
    return new Random(1)
        .ints('0', 'z' + 1)
        .filter(Character::isLetterOrDigit)
        .limit(length)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  Node(LedgerDatabase database) {
    this(database, freshFile(), sources -> sources, new LogState(true));
  }

  /// @param faults wraps the connections of every role but the signer's
  Node(LedgerDatabase database, Path checkpoint, UnaryOperator<DataSource> faults, LogState state) {
    this(database, checkpoint, faults, state, LogKeys.of(KEY));
  }

  /// A node of another log.
  Node(
      LedgerDatabase database,
      Path checkpoint,
      UnaryOperator<DataSource> faults,
      LogState state,
      LogKeys keys) {
    var origin = keys.origin();
    this.database = database;
    this.checkpoint = checkpoint;
    this.state = state;
    content = database.keys();
    var path = new AppendPath(content);
    signer = new CheckpointSigner(database.as(DatabaseRole.SEQUENCER), keys, checkpoint, state);
    sequencer =
        new Sequencer(
            faults.apply(database.as(DatabaseRole.SEQUENCER)), path, signer, state, ids, origin);
    decisions =
        new DecisionWriter(
            faults.apply(database.as(DatabaseRole.BATCH)), path, signer, state, ids, origin);
    transactions = new TenantTransactions(faults.apply(database.as(DatabaseRole.APP)));
    reader = new LedgerReader(transactions, signer, origin, content);
    search = new SearchEntries(transactions, content.sealing(), origin, SearchEntries.ANSWER);
    ledger = new Ledger(transactions, sequencer, reader, state, ids, clock);
  }

  Node start() {
    signer.start();
    sequencer.start();
    decisions.start();
    return this;
  }

  static Path freshFile() {
    try {
      return Files.createTempDirectory(Path.of("target"), "checkpoint").resolve("checkpoint");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Principal principal(TenantId tenant) {
    return new Principal(
        tenant, Principal.Kind.API_KEY, "ck_1", "key", new TreeSet<>(List.of("agent")), "main", 1);
  }

  Call call(TenantId tenant) {
    return new Call(principal(tenant), "0".repeat(32), "192.0.2.1", Optional.empty());
  }

  Call call(TenantId tenant, String key, String body) {
    var digest = Digest.sha256(body.getBytes(StandardCharsets.UTF_8));
    return new Call(
        principal(tenant),
        "0".repeat(32),
        "192.0.2.1",
        Optional.of(new Call.Idempotency(key, "POST /v1/cases", digest)));
  }

  /// A use case that records one entry about `id`.
  Recorded open(Call call, String id) {
    return ledger.transact(
        call,
        new Attempt("case.opened", "case", id),
        Rules.APPLY,
        transaction -> {
          transaction.record(
              "case.opened", "case", id, transaction.newId(), Json.object().put("n", id).build());
          return Json.object().put("id", id).build();
        });
  }

  Entry.Draft draft(TenantId tenant, JsonObject details) {
    return new Entry.Draft(
        ids.next(),
        tenant,
        clock.instant(),
        "api_key:ck_1",
        "decision.made",
        "decision",
        UUID.randomUUID().toString(),
        ids.next(),
        "0".repeat(32),
        "192.0.2.1",
        details);
  }

  Decisions.Submission decision(TenantId tenant) {
    return new Decisions.Submission(draft(tenant, JsonObject.EMPTY), 1, 1);
  }

  /// Submits `count` decisions of the tenants in turn and waits for their tickets.
  List<Ticket> decide(int count, TenantId... tenants) {
    var results = new ArrayList<CompletableFuture<Decisions.Result>>();
    var tickets = new ArrayList<Ticket>();
    for (int i = 0; i < count; i++) {
      results.add(decisions.submit(decision(tenants[i % tenants.length])));
      if (results.size() == 4_000 || i == count - 1) {
        results.forEach(result -> tickets.add(committed(result.join())));
        results.clear();
      }
    }
    return tickets;
  }

  static Ticket committed(Decisions.Result result) {
    return switch (result) {
      case Decisions.Result.Committed(var ticket) -> ticket;
      case Decisions.Result.Stale() -> throw new AssertionError("the decision was stale");
    };
  }

  /// Waits for a checkpoint over at least `size` entries.
  CheckpointSigner.Signed covered(long size) {
    try {
      return signer.covering(size, PATIENCE).orElseThrow();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static TrustedKeys keys() {
    return TrustedKeys.of(KEY.verifier());
  }

  /// Recomputes the whole database under the newest checkpoint; the first thing that is wrong.
  Optional<Inconsistency> recompute() {
    return recompute(keys());
  }

  Optional<Inconsistency> recompute(TrustedKeys keys) {
    var checkpoints = signer.newest().map(CheckpointSigner.Signed::note).stream().toList();
    var finding =
        new Fsck(database.as(DatabaseRole.FSCK), Optional.of(content))
            .run(checkpoints, keys, (_, _) -> {});
    return switch (finding) {
      case Fsck.Finding.Sound _ -> Optional.empty();
      case Fsck.Finding.Damaged(var first) -> Optional.of(first);
    };
  }

  @Override
  public void close() {
    decisions.close();
    sequencer.close();
    signer.close();
  }
}
