package dev.countersign.ledger.usecase;

import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.HeadGuard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// One connection that extends the log, opened again when it breaks and checked against the newest
/// signed checkpoint each time before it is used.
///
/// For use by one thread.
final class AppendSession implements AutoCloseable {
  /// How long an answer of the database may take. A statement ends within two seconds there; a
  /// commit that waits longer for its disk or a standby is looked up on a new connection, which
  /// waits for it. Without this a node whose packets are lost would wait for minutes, and its
  /// callers with it.
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final DataSource dataSource;
  private final CheckpointSigner signer;
  private final LogState state;
  private @Nullable Connection connection;

  AppendSession(DataSource dataSource, CheckpointSigner signer, LogState state) {
    this.dataSource = dataSource;
    this.signer = signer;
    this.state = state;
  }

  /// Prepares a batch within the open transaction; empty if there is nothing to write.
  @FunctionalInterface
  interface Step {
    Optional<AppendPath.Batch> in(Connection connection) throws SQLException;
  }

  /// Runs `step` in a transaction, writes its batch and commits. When that fails, the batch is
  /// looked up on a new connection: the answer may be all that was lost, and none is ever guessed.
  ///
  /// Throws SQLException if nothing was committed, or if that cannot be found out.
  Optional<AppendPath.Batch> commit(Step step) throws SQLException {
    var current = open();
    Optional<AppendPath.Batch> batch;
    try {
      batch = step.in(current);
    } catch (SQLException | RuntimeException e) {
      abandon();
      throw e;
    }
    try {
      if (batch.isPresent()) {
        batch.get().commit(current);
      } else {
        current.commit();
      }
    } catch (SQLException | RuntimeException e) {
      abandon();
      if (batch.isEmpty() || !wasCommitted(batch.get())) {
        throw e;
      }
    }
    batch.ifPresent(AppendPath.Batch::settle);
    if (batch.isPresent()) {
      signer.wake();
    }
    return batch;
  }

  private boolean wasCommitted(AppendPath.Batch batch) throws SQLException {
    try {
      var fresh = open();
      boolean committed = batch.wasCommitted(fresh);
      fresh.commit();
      return committed;
    } catch (SQLException | RuntimeException e) {
      abandon();
      throw e;
    }
  }

  private Connection open() throws SQLException {
    var current = connection;
    if (current != null) {
      return current;
    }
    current = dataSource.getConnection();
    try {
      current.setAutoCommit(true);
      current.setNetworkTimeout(Runnable::run, (int) SILENCE.toMillis());
      try (var statement = current.createStatement()) {
        // A node that hangs while it holds the head's lock loses it in seconds: the first setting
        // ends one that says nothing, the third one that does not take what was sent to it.
        statement.execute(
            "set idle_in_transaction_session_timeout = '1s'; set statement_timeout = '2s';"
                + " set tcp_user_timeout = '3s'; set lock_timeout = '2s';"
                // A plan for each batch costs more than it saves.
                + " set plan_cache_mode = force_generic_plan");
        refuseLossyCommits(current);
      }
      var objection =
          signer.newest().isPresent()
              ? HeadGuard.objection(current, signer.newest().get().checkpoint())
              : Optional.<String>empty();
      if (objection.isPresent()) {
        state.stop(objection.get());
        throw new SQLException(objection.get());
      }
      // The file may have been lost or restored with the database; what others cosigned was not.
      state.askWitnesses();
      var stopped = state.stopped();
      if (stopped.isPresent()) {
        throw new SQLException(stopped.get());
      }
      current.setAutoCommit(false);
    } catch (SQLException | RuntimeException e) {
      current.close();
      throw e;
    }
    connection = current;
    return current;
  }

  /// An answer must not be given for a commit that a crash of the database may take back.
  private void refuseLossyCommits(Connection current) throws SQLException {
    try (var statement = current.createStatement();
        var row = statement.executeQuery("show synchronous_commit")) {
      row.next();
      if (row.getString(1).equals("off") && !state.lossyCommitsAllowed()) {
        state.stop(
            "`synchronous_commit` is off in the database: a crash could lose answered entries; switch it on");
        throw new SQLException("synchronous_commit is off");
      }
    }
  }

  private void abandon() {
    var broken = connection;
    connection = null;
    if (broken != null) {
      try (broken) {
        // Said, not left to the pool: one that sets auto-commit on return would commit the rest.
        broken.rollback();
      } catch (SQLException e) {
        // It is given up either way; the database undoes what was open.
      }
    }
  }

  @Override
  public void close() {
    abandon();
  }
}
