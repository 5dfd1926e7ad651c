package dev.countersign.ledger.usecase;

import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.NoteVerdict;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.store.HeadGuard;
import dev.countersign.ledger.store.LogKeyStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Signs the log's head: from what was committed and read back, and within a second of the last
/// entry whichever node appended it. While the log grows, every 20 ms if somebody waits for it,
/// five times a second if nobody does, less often on a busy machine.
///
/// The newest checkpoint is kept outside the database ([CheckpointFile]); [HeadGuard] compares the
/// database with it. Safe for use by many threads.
public final class CheckpointSigner implements Checkpoints, AutoCloseable {
  /// Fifty signatures a second cover any load; more would only cost.
  private static final Duration PAUSE = Duration.ofMillis(20);

  /// Between two that nobody waits for: signing and reading back take a thirtieth of a busy node.
  private static final Duration UNASKED = Duration.ofMillis(200);

  /// How much longer a pause is than what was done before it.
  private static final int BREATH = 4;

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  /// How long an entry appended by another node may wait for a checkpoint of this one.
  private static final Duration POLL = Duration.ofMillis(500);

  /// How soon a key that was added or retired counts here.
  private static final Duration FOLLOW = Duration.ofSeconds(1);

  private final DataSource dataSource;
  private final LogKeys keys;
  private final CheckpointFile file;
  private final LogState state;
  private final Semaphore work = new Semaphore(0);
  private final Semaphore asked = new Semaphore(0);
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition signed = lock.newCondition();
  private volatile @Nullable Signed newest;
  private volatile boolean open = true;
  private long followedNanos;
  private final Thread thread;

  /// A checkpoint and its signed note.
  public record Signed(Checkpoint checkpoint, SignedNote note) {}

  /// Reads the newest checkpoint of an earlier run, if there is one; a file that this key did not
  /// sign stops the start by IllegalStateException.
  public CheckpointSigner(DataSource dataSource, SigningKey key, Path path, LogState state) {
    this(dataSource, LogKeys.of(key), path, state);
  }

  /// The same by all keys that the database says are signing.
  public CheckpointSigner(DataSource dataSource, LogKeys keys, Path path, LogState state) {
    this.dataSource = dataSource;
    this.keys = keys;
    this.followedNanos = System.nanoTime();
    this.file = new CheckpointFile(path);
    this.state = state;
    this.newest = read(path);
    this.thread = Thread.ofPlatform().daemon().name("countersign-checkpoints").unstarted(this::run);
  }

  public void start() {
    thread.start();
    wake();
  }

  /// The newest checkpoint; empty until the log has its first entry and head was signed.
  @Override
  public Optional<Signed> newest() {
    return Optional.ofNullable(newest);
  }

  /// Says that the log has grown.
  void wake() {
    if (work.availablePermits() == 0) {
      work.release();
    }
  }

  /// Waits for a checkpoint over at least `size` entries; empty if none came in time.
  @Override
  public Optional<Signed> covering(long size, Duration patience) throws InterruptedException {
    var current = newest;
    if (current != null && current.checkpoint().size() >= size) {
      return Optional.of(current);
    }
    waiting.incrementAndGet();
    asked.release();
    try {
      return await(size, patience);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private Optional<Signed> await(long size, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (true) {
        var current = newest;
        if (current != null && current.checkpoint().size() >= size) {
          return Optional.of(current);
        }
        if (left <= 0) {
          return Optional.empty();
        }
        left = signed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (open) {
      try {
        if (work.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          work.drainPermits();
        }
        long started = System.nanoTime();
        if (open && state.stopped().isEmpty()) {
          signHead();
        }
        var pause = pause(Duration.ofNanos(System.nanoTime() - started));
        Thread.sleep(pause);
        asked.drainPermits();
        // Who began to wait before the permits were drained is counted, who does later has one.
        if (waiting.get() == 0) {
          var _ = asked.tryAcquire(UNASKED.minus(pause).toMillis(), TimeUnit.MILLISECONDS);
        }
      } catch (SQLException | RuntimeException e) {
        // The database is away or the disk is full; the next round tries again, and health shows
        // it.
        if (open) {
          state.failed(e);
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// A machine that is busy signs less often: signing takes at most a fifth of the time, and a head
  /// waits for a second at most.
  private static Duration pause(Duration took) {
    var longer = took.multipliedBy(BREATH);
    if (longer.compareTo(LONGEST_PAUSE) > 0) {
      return LONGEST_PAUSE;
    }
    return longer.compareTo(PAUSE) > 0 ? longer : PAUSE;
  }

  /// Signs the committed head if it has grown since the last signature.
  ///
  /// Every head is compared with that signature first: a database that was replaced while nothing
  /// was appended here must not be signed, or the new signature would hide the old one.
  private void signHead() throws SQLException {
    var last = newest;
    CompactRange head;
    try (var connection = dataSource.getConnection()) {
      followKeys(connection);
      head = HeadGuard.head(connection);
      if (last != null
          && head.size() == last.checkpoint().size()
          && unchanged(head, last)
          && signedByAll(last.note())) {
        return;
      }
      var objection =
          last == null
              ? Optional.<String>empty()
              : HeadGuard.objection(connection, head, last.checkpoint());
      if (objection.isPresent()) {
        state.stop(objection.get());
        return;
      }
    }
    var signing = keys.current().signing();
    if (signing.isEmpty()) {
      throw new IllegalStateException(
          "no key that signs is on this node; copy its file into the folder of the keys");
    }
    var checkpoint = Checkpoint.of(keys.origin(), head);
    publish(new Signed(checkpoint, SignedNote.sign(checkpoint.text(), signing)));
  }

  private void followKeys(Connection connection) throws SQLException {
    long now = System.nanoTime();
    if (keys.change() && now - followedNanos > FOLLOW.toNanos()) {
      keys.follow(LogKeyStore.read(connection));
      followedNanos = now;
    }
  }

  /// Whether exactly the keys that sign now have signed; looked at only while the log stands still.
  private boolean signedByAll(SignedNote note) {
    var signing = keys.current().signing().stream().map(SigningKey::verifier).toList();
    return note.signatures().size() == signing.size()
        && note.verify(signing) instanceof NoteVerdict.Verified(var signatures)
        && signatures.size() == signing.size();
  }

  private static boolean unchanged(CompactRange head, Signed last) {
    return head.root().equals(last.checkpoint().root());
  }

  private void publish(Signed next) {
    write(next.note());
    lock.lock();
    try {
      newest = next;
      signed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void write(SignedNote note) {
    try {
      file.write(note);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable Signed read(Path path) {
    try {
      var notes = CheckpointFile.read(path);
      Signed largest = null;
      String objection = null;
      for (var note : notes) {
        // Also by a key that was compromised: what the file says can only stop us.
        switch (new TrustedKeys(keys.current().known(), List.of(), 0).check(note)) {
          case CheckpointVerdict.Accepted accepted ->
              largest = new Signed(accepted.checkpoint(), note);
          case CheckpointVerdict.Refused(_, var message) -> objection = message;
        }
      }
      // One that is not ours beside one that is: its writing was cut off, and it was never served.
      if (largest == null && objection != null) {
        throw new IllegalStateException(
            "the newest checkpoint in `%s` is not ours: %s".formatted(path, objection));
      }
      if (largest != null) {
        file.spare(largest.note());
      }
      return largest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    open = false;
    thread.interrupt();
    try {
      if (thread.getState() != Thread.State.NEW && !thread.join(Duration.ofSeconds(5))) {
        state.failed(new IllegalStateException("the signer of checkpoints did not end"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }
}
