package dev.countersign.benchmarks.append;

import dev.countersign.kernel.Digest;
import dev.countersign.ledger.Entry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/// The baseline: what a program does that keeps the same rows durably and promises nothing about
/// them.
///
/// Group commit with the decision writer's queue and batch, one insert with arrays into a plain
/// table, one commit. No head, no chain, no salt, no hash, no tenant's lock, no second index.
final class PlainWriter implements AutoCloseable {
  /// Those of the decision writer.
  private static final int LARGEST_BATCH = 512;

  private static final int LONGEST_QUEUE = 5_000;

  private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(LONGEST_QUEUE);
  private final Connection connection;
  private final Thread thread = Thread.ofPlatform().name("plain").unstarted(this::run);
  private volatile boolean open = true;

  private record Waiting(Entry.Rendered entry, CompletableFuture<Boolean> result) {}

  PlainWriter(DataSource source) throws SQLException {
    connection = source.getConnection();
    connection.setAutoCommit(false);
    thread.start();
  }

  /// Queues an entry, rendered by the caller's thread; completes after its commit.
  CompletableFuture<Boolean> submit(Entry.Draft draft) {
    var waiting = new Waiting(draft.rendered(), new CompletableFuture<>());
    if (!queue.offer(waiting)) {
      return CompletableFuture.failedFuture(new IllegalStateException("the queue is full"));
    }
    return waiting.result();
  }

  private void run() {
    var batch = new ArrayList<Waiting>();
    while (open) {
      try {
        var first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, LARGEST_BATCH - 1);
          write(batch);
          batch.forEach(waiting -> waiting.result().complete(true));
          batch.clear();
        }
      } catch (SQLException e) {
        batch.forEach(waiting -> waiting.result().completeExceptionally(e));
        return;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void write(List<Waiting> batch) throws SQLException {
    int size = batch.size();
    var tenants = new UUID[size];
    var ids = new UUID[size];
    var correlations = new UUID[size];
    var times = new String[size];
    var actions = new String[size];
    var contents = new String[size];
    for (int i = 0; i < size; i++) {
      var entry = batch.get(i).entry();
      var draft = entry.draft();
      tenants[i] = draft.tenant().value();
      ids[i] = draft.id();
      correlations[i] = draft.correlationId();
      times[i] = draft.time().toString();
      actions[i] = draft.action();
      contents[i] = new String(entry.at(0, Digest.ZERO), StandardCharsets.UTF_8);
    }
    try (var statement =
        connection.prepareStatement(
            """
            insert into plain.entry (tenant_id, id, correlation_id, time, action, content)
            select * from unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::timestamptz[], ?::text[], ?::text[])\
            """)) {
      statement.setArray(1, connection.createArrayOf("uuid", tenants));
      statement.setArray(2, connection.createArrayOf("uuid", ids));
      statement.setArray(3, connection.createArrayOf("uuid", correlations));
      statement.setArray(4, connection.createArrayOf("timestamptz", times));
      statement.setArray(5, connection.createArrayOf("text", actions));
      statement.setArray(6, connection.createArrayOf("text", contents));
      statement.executeUpdate();
    }
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    open = false;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
