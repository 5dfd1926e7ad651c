package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.IdempotentAnswers;
import dev.countersign.kernel.store.IdempotentAnswers.EntryRef;
import dev.countersign.kernel.store.RulesMustChange;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.EntryStore.Stored;
import dev.countersign.ledger.store.PendingEntries;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The one way to change anything: a transaction that records what it changes, and an answer that
/// is given only after its entries have their index.
///
/// ```java
/// var recorded = ledger.transact(call, new Attempt("gate.revoked", "gate", id), Rules.CHANGE, tx -> {
///   ... // read, check, throw a Refusal, or change
///   tx.record("gate.revoked", "gate", id, correlation, details);
///   return view;
/// });
/// ```
///
/// A [Refusal.Forbidden] or [Refusal.Conflict] thrown by the work undoes it and leaves a
/// `*.refused` entry with ids only. A call with an idempotency key is answered from storage when it
/// comes again. Safe for use by many threads; blocks, meant for virtual threads.
public final class Ledger {
  /// More writers at once would only wait for each other's locks.
  private static final int MOST_WRITERS = 1_000;

  /// How long a committed change may wait for its index before the caller is told to come again.
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /// After this another node may have sequenced the entry, so the database is asked.
  private static final Duration OWN_NODE = Duration.ofMillis(300);

  private final TenantTransactions transactions;
  private final Sequencer sequencer;
  private final LedgerReader reader;
  private final LogState state;
  private final Ids ids;
  private final Clock clock;
  private final Semaphore writers = new Semaphore(MOST_WRITERS);

  /// Opens content.
  public Sealing sealing() {
    return reader.sealing();
  }

  /// The ticket of an entry that has its index.
  Ticket ticket(UUID id, Stored stored) {
    return reader.ticket(id, stored);
  }

  /// The work of a use case; what it returns is the answer.
  @FunctionalInterface
  public interface Work {
    JsonObject in(LedgerTransaction transaction);
  }

  public Ledger(
      TenantTransactions transactions,
      Sequencer sequencer,
      LedgerReader reader,
      LogState state,
      Ids ids,
      Clock clock) {
    this.transactions = transactions;
    this.sequencer = sequencer;
    this.reader = reader;
    this.state = state;
    this.ids = ids;
    this.clock = clock;
  }

  /// Runs `work`, commits it with its entries, and waits until they have their index.
  ///
  /// Work that is given [Rules#APPLY] and changes a rule after all, or waits for another's locks
  /// while that one waits for its own, runs a second time, under [Rules#CHANGE]; so it MUST hold
  /// nothing outside the transaction that a second run would spoil.
  ///
  /// Throws what `work` throws, [LedgerFailure] if the log cannot take the entries,
  /// [DatabaseFailure] if the database fails, and `StaleCredential` if the caller's credentials
  /// have to be checked again; in each case nothing was changed, except for
  /// [LedgerFailure.Unsettled].
  public Recorded transact(Call call, Attempt attempt, Rules rules, Work work) {
    state.admit();
    if (!writers.tryAcquire()) {
      throw new LedgerFailure.Overloaded();
    }
    var concerned = new AtomicReference<Optional<UUID>>(Optional.empty());
    Work noted =
        transaction -> {
          try {
            return work.in(transaction);
          } finally {
            concerned.set(transaction.concerned());
          }
        };
    try {
      return changing(call, rules, noted);
    } catch (Refusal.Forbidden | Refusal.Conflict refusal) {
      refused(call, attempt.about(concerned.get()), refusal.code());
      throw refusal;
    } finally {
      writers.release();
    }
  }

  /// Runs the work, and again from the start under the exclusive lock if it turns out that it
  /// changes a rule, or if it met others in a circle of those who wait: under that lock it meets
  /// nobody of its tenant. The first run is undone as a whole.
  private Recorded changing(Call call, Rules rules, Work work) {
    try {
      return committed(call, rules, work);
    } catch (RulesMustChange | DatabaseFailure.Deadlocked unexpected) {
      if (rules != Rules.APPLY) {
        throw unexpected;
      }
      return committed(call, Rules.CHANGE, work);
    }
  }

  /// Records that an attempt was refused, with ids only. The refusal stands whether or not this
  /// succeeds; if the log is away, the caller of [#transact] is told so instead of being refused.
  public void refused(Call call, Attempt attempt, String code) {
    committed(
        new Call(call.principal(), call.traceId(), call.source(), Optional.empty()),
        Rules.APPLY,
        transaction -> {
          transaction.record(
              attempt.refused(),
              attempt.resource(),
              attempt.resourceId(),
              attempt.correlationId().orElseGet(transaction::newId),
              Json.object().put("attempted", attempt.action()).put("code", code).build());
          return JsonObject.EMPTY;
        });
  }

  /// What the transaction left behind.
  private record Outcome(JsonObject answer, List<EntryRef> entries, boolean repeated) {}

  private Recorded committed(Call call, Rules rules, Work work) {
    var announced = new ArrayList<EntryRef>();
    try {
      var outcome = run(call, rules, work, announced);
      var tickets = new ArrayList<Ticket>();
      for (var entry : outcome.entries()) {
        if (outcome.repeated()) {
          announced.add(entry);
        }
        tickets.add(await(call.principal(), entry, outcome.repeated()));
      }
      return new Recorded(outcome.answer(), tickets, outcome.repeated());
    } finally {
      announced.forEach(entry -> sequencer.forget(entry.id()));
    }
  }

  private Outcome run(Call call, Rules rules, Work work, List<EntryRef> announced) {
    var prepared = new AtomicReference<@Nullable Outcome>();
    try {
      var outcome =
          transactions.run(
              call.principal(),
              rules,
              transaction -> {
                prepared.set(null);
                var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
                var earlier = IdempotentAnswers.claim(transaction, call, now);
                if (earlier.isPresent()) {
                  return new Outcome(earlier.get().answer(), earlier.get().entries(), true);
                }
                var limited = PendingEntries.limited(transaction);
                var recording = new LedgerTransaction(transaction, call, now, ids);
                var answer = work.in(recording);
                var entries = pend(recording, limited, announced);
                IdempotentAnswers.keep(transaction, call, answer, entries);
                var done = new Outcome(answer, entries, false);
                prepared.set(done);
                return done;
              });
      sequencer.wake();
      return outcome;
    } catch (DatabaseFailure lost) {
      // The commit travels with other statements, and its answer may be what was lost: look before
      // saying that nothing was changed, whatever went wrong.
      var outcome = prepared.get();
      if (outcome != null && !outcome.entries().isEmpty() && committedAfterAll(call, outcome)) {
        sequencer.wake();
        return outcome;
      }
      throw lost;
    }
  }

  private List<EntryRef> pend(
      LedgerTransaction recording, PendingEntries.Limited limited, List<EntryRef> announced) {
    // Asked again at the last moment: the log may have been stopped while the work was done.
    state.admit();
    if (!recording.drafts().isEmpty()) {
      sequencer.admit();
    }
    var salted = new ArrayList<AppendPath.Salted>();
    for (var draft : recording.drafts()) {
      sequencer.announce(draft.id());
      announced.add(new EntryRef(draft.id(), draft.correlationId()));
      salted.add(new AppendPath.Salted(draft, Salt.of(ids.randomBytes(Salt.LENGTH))));
    }
    PendingEntries.write(recording.tenant(), salted, limited, reader.sealing());
    return List.copyOf(announced);
  }

  private boolean committedAfterAll(Call call, Outcome outcome) {
    var first = outcome.entries().getFirst();
    try {
      return transactions.run(
          call.principal().tenant(),
          Rules.READ,
          transaction -> {
            PendingEntries.outwaitWriters(transaction);
            return PendingEntries.waits(transaction, first.id())
                || reader.ticket(transaction, first).isPresent();
          });
    } catch (DatabaseFailure stillAway) {
      // It may have been committed, so "nothing was changed" would be a guess.
      throw new LedgerFailure.Unsettled();
    }
  }

  /// @param earlier whether an earlier call recorded it, so that it probably has its index already
  private Ticket await(Principal principal, EntryRef entry, boolean earlier) {
    CompletableFuture<Ticket> future = sequencer.expect(entry.id());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var settled = earlier ? settled(principal, entry) : Optional.<Ticket>empty();
    if (settled.isPresent()) {
      return settled.get();
    }
    while (System.nanoTime() < deadline) {
      try {
        return future.get(OWN_NODE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException slow) {
        var ticket = settled(principal, entry);
        if (ticket.isPresent()) {
          return ticket.get();
        }
        sequencer.wake();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LedgerFailure.Unsettled();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new LedgerFailure.Unsettled();
  }

  /// The ticket as the database has it; empty also while the database is away or refuses to tell:
  /// the change is committed, so its failure now must not be told as if nothing had been changed.
  private Optional<Ticket> settled(Principal principal, EntryRef entry) {
    try {
      return transactions.run(
          principal.tenant(), Rules.READ, transaction -> reader.ticket(transaction, entry));
    } catch (DatabaseFailure away) {
      return Optional.empty();
    }
  }
}
