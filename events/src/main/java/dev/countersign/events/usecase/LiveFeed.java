package dev.countersign.events.usecase;

import dev.countersign.events.CloudEvent;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryFeed;
import dev.countersign.ledger.store.EntryFeed.Content;
import dev.countersign.ledger.store.EntryFeed.Stretch;
import dev.countersign.ledger.store.EntryFeed.Told;
import dev.countersign.ledger.store.LogLengths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Tells those who listen on this node what the log says, as it is recorded.
///
/// One thread asks for all of them whether their tenants have something new; that is one small
/// query each [#PERIOD] while somebody listens, and none while nobody does. Who is at the same
/// place of the same tenant's log is served by one reading. Each has a position of its own and is
/// told what stands from it on, without a gap and without a double, whoever else listens; the log
/// is the buffer of one that is behind. Safe for use by many threads.
public final class LiveFeed implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LiveFeed.class.getName());

  /// A dashboard that is a quarter of a second late is not late.
  private static final Duration PERIOD = Duration.ofMillis(250);

  /// So often a silent connection is heard of, and the key behind it is checked; proxies wait for
  /// half a minute at least.
  public static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /// Who is behind and takes nothing for so long does not read.
  private static final Duration STALLED = Duration.ofSeconds(30);

  /// Connections of a tenant on a node: a dashboard each for a team.
  public static final int MOST_OF_A_TENANT = 20;

  /// On a node: each costs some kilobytes, and a look-up of its key each heartbeat.
  public static final int MOST = 200;

  /// Entries that one reading has: a follower gets them only if it has room for all.
  public static final int PAGE = 100;

  private final LogLengths lengths;
  private final TenantTransactions transactions;
  private final Supplier<Sealing> sealing;
  private final String origin;
  private final List<Seat> seats = new ArrayList<>();
  private final Thread thread;
  private volatile boolean open = true;

  /// @param origin the log's name
  public LiveFeed(
      LogLengths lengths,
      TenantTransactions transactions,
      Supplier<Sealing> sealing,
      String origin) {
    this.lengths = lengths;
    this.transactions = transactions;
    this.sealing = sealing;
    this.origin = origin;
    this.thread = Thread.ofPlatform().daemon().name("countersign-live").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /// Whether somebody may listen; more is not a mistake of who asks.
  public enum Admission {
    ADMITTED,
    TENANT_FULL,
    NODE_FULL
  }

  /// One who listens. Its fields are the thread's own.
  private static final class Seat {
    final Follower follower;
    long next;
    long seen = -1;
    long generation;
    long heard;
    long told;

    Seat(Follower follower, long next, long generation, long now) {
      this.follower = follower;
      this.next = next;
      this.generation = generation;
      this.heard = now;
      this.told = now;
    }
  }

  /// Tells `follower` what stands beyond `after` and what will be recorded; without it only the
  /// latter. Throws `Refusal.Invalid` for an index that the log has not reached.
  public Admission follow(Principal principal, Follower follower, Optional<Long> after) {
    long size = transactions.run(principal, Rules.READ, EntryFeed::size);
    if (after.filter(index -> index >= size).isPresent()) {
      throw new Refusal.Invalid(
          "Last-Event-ID", "out_of_range", "must not be beyond the end of the log, " + size);
    }
    var seat =
        new Seat(
            follower,
            after.map(index -> index + 1).orElse(size),
            principal.credentialsGeneration(),
            System.nanoTime());
    synchronized (seats) {
      if (!open || seats.size() >= MOST) {
        return Admission.NODE_FULL;
      }
      long others =
          seats.stream().filter(other -> other.follower.tenant().equals(follower.tenant())).count();
      if (others >= MOST_OF_A_TENANT) {
        return Admission.TENANT_FULL;
      }
      seats.add(seat);
    }
    LockSupport.unpark(thread);
    return Admission.ADMITTED;
  }

  /// Stops telling; does nothing for one who is not told.
  public void leave(Follower follower) {
    synchronized (seats) {
      seats.removeIf(seat -> seat.follower.equals(follower));
    }
  }

  /// How many listen on this node.
  public int followers() {
    synchronized (seats) {
      return seats.size();
    }
  }

  private List<Seat> seated() {
    synchronized (seats) {
      return List.copyOf(seats);
    }
  }

  private void run() {
    while (open) {
      try {
        round();
      } catch (DatabaseFailure away) {
        LOG.log(System.Logger.Level.DEBUG, "who listens waits for the database", away);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "who listens waits for the next round", e);
      }
      if (seated().isEmpty() && open) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, PERIOD.toNanos());
      }
    }
    seated().forEach(this::end);
  }

  /// Tells everybody what is new to him, and ends those who may not or do not listen any more.
  void round() {
    var seated = seated();
    if (seated.isEmpty()) {
      return;
    }
    var tenants = new TreeSet<TenantId>();
    seated.forEach(seat -> tenants.add(seat.follower.tenant()));
    var known = lengths.of(tenants);
    for (var tenant : tenants) {
      long length = known.getOrDefault(tenant, 0L);
      places(seated, tenant, length).forEach((next, there) -> serve(tenant, next, length, there));
    }
    long now = System.nanoTime();
    seated.forEach(seat -> attend(seat, now));
  }

  /// Those of a tenant for whom there may be something and who have room, by where they are.
  private static SortedMap<Long, List<Seat>> places(
      List<Seat> seated, TenantId tenant, long length) {
    var places = new TreeMap<Long, List<Seat>>();
    for (var seat : seated) {
      if (seat.follower.tenant().equals(tenant)
          && seat.seen != length
          && seat.follower.room() >= PAGE) {
        places.computeIfAbsent(seat.next, _ -> new ArrayList<>()).add(seat);
      }
    }
    return places;
  }

  /// What one reading found, with the counter of credentials under which it was read.
  private record Read(Stretch stretch, long generation) {}

  private void serve(TenantId tenant, long next, long length, List<Seat> there) {
    var read =
        transactions.run(
            tenant,
            Rules.READ,
            transaction ->
                new Read(
                    EntryFeed.read(transaction, sealing.get(), next, PAGE, Content.OPENED),
                    transaction.generation().credentials()));
    var events = new ArrayList<CloudEvent>();
    read.stretch().entries().forEach(told -> events.add(event(tenant, told)));
    for (var seat : there) {
      if (!mayHear(seat, read.generation())) {
        continue;
      }
      for (int i = 0; i < events.size(); i++) {
        if (seat.follower.filter().takes(events.get(i).action())) {
          seat.follower.tell(read.stretch().entries().get(i).logIndex(), events.get(i));
        }
      }
      seat.next = read.stretch().next();
      seat.seen = read.stretch().end() ? length : -1;
      seat.told = System.nanoTime();
    }
  }

  private CloudEvent event(TenantId tenant, Told told) {
    return told.content()
        .map(content -> CloudEvent.of(origin, told.logIndex(), content.json()))
        .orElseGet(() ->
            CloudEvent.erased(
                origin,
                told.logIndex(),
                tenant,
                told.id(),
                told.correlationId(),
                told.time(),
                told.action()));
  }

  /// Nobody hears what was read after the tenant's credentials changed, unless his were found to be
  /// good since then: a key that is revoked ends here, not with the next heartbeat.
  private boolean mayHear(Seat seat, long generation) {
    if (seat.generation != generation && !provedAnew(seat)) {
      return false;
    }
    return seat.generation == generation;
  }

  private boolean provedAnew(Seat seat) {
    var proved = seat.follower.proved();
    if (proved.isEmpty()) {
      end(seat);
      return false;
    }
    seat.generation = proved.get();
    return true;
  }

  private void attend(Seat seat, long now) {
    if (seat.follower.room() >= PAGE) {
      seat.told = now;
    } else if (now - seat.told > STALLED.toNanos()) {
      end(seat);
      return;
    }
    if (now - seat.heard > HEARTBEAT.toNanos()) {
      seat.heard = now;
      if (provedAnew(seat)) {
        seat.follower.alive();
      }
    }
  }

  private void end(Seat seat) {
    leave(seat.follower);
    seat.follower.end();
  }

  /// Ends all connections.
  @Override
  public void close() {
    open = false;
    LockSupport.unpark(thread);
    try {
      if (thread.getState() != Thread.State.NEW) {
        thread.join(TimeUnit.SECONDS.toMillis(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
