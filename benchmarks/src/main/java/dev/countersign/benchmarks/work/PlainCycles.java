package dev.countersign.benchmarks.work;

import dev.countersign.benchmarks.place.Place;
import dev.countersign.kernel.store.DatabaseRole;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/// What the database itself gives: as many clients, each of whom commits one row four times for a
/// cycle. Nothing could answer durably after each of four steps and be faster.
final class PlainCycles {
  private static final int COMMITS = 4;

  private PlainCycles() {}

  /// Cycles a second, over some seconds.
  static double run(Place place, int clients, int seconds)
      throws SQLException, InterruptedException {
    var database = place.as(DatabaseRole.OWNER);
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "create table public.plain (id bigint generated always as identity, said text)");
    }
    var over = new AtomicBoolean();
    var cycles = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < clients; i++) {
      threads.add(Thread.ofVirtual().start(() -> commit(database, over, cycles)));
    }
    Thread.sleep(1_000);
    int before = cycles.get();
    long started = System.nanoTime();
    Thread.sleep(seconds * 1_000L);
    double rate = (cycles.get() - before) * 1e9 / (System.nanoTime() - started);
    over.set(true);
    for (var thread : threads) {
      thread.join();
    }
    return rate;
  }

  private static void commit(DataSource database, AtomicBoolean over, AtomicInteger cycles) {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement("insert into public.plain (said) values (?)")) {
      while (!over.get()) {
        for (int i = 0; i < COMMITS; i++) {
          statement.setString(1, "a row of about the size of an id and a digest, twice: " + i);
          statement.executeUpdate();
        }
        cycles.incrementAndGet();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
