package dev.countersign.kernel.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// A statement that changes rows. Bind its parameters, then wait for it or leave it for later.
public final class Update extends Bound<Update> {
  /// Nobody asks how many rows it changed.
  private static final Pipeline.Result ANY =
      new Pipeline.Result() {
        @Override
        public void take(PreparedStatement statement) {}

        @Override
        public boolean matters() {
          return false;
        }
      };

  Update(TenantTransaction transaction, String sql) {
    super(transaction, sql);
  }

  @Override
  Update self() {
    return this;
  }

  /// Runs it, after everything that was left for later, and says how many rows it changed. Throws
  /// [DatabaseFailure].
  public int execute() {
    var changed = new AtomicInteger();
    transaction
        .pipeline()
        .send(new Pipeline.Step(this, statement -> changed.set(statement.getUpdateCount())));
    return changed.get();
  }

  /// Leaves it for later: it is sent with the next statement that somebody waits for, at the latest
  /// with the commit, in the order in which statements were given. What it breaks is thrown there.
  public void later() {
    transaction.pipeline().defer(new Pipeline.Step(this, ANY));
  }

  /// The same for a statement that must change exactly one row; else the transaction fails with
  /// this message.
  public void laterOnce(String otherwise) {
    transaction
        .pipeline()
        .defer(new Pipeline.Step(this, statement -> requireOne(statement, otherwise)));
  }

  private static void requireOne(PreparedStatement statement, String otherwise)
      throws SQLException {
    if (statement.getUpdateCount() != 1) {
      throw new IllegalStateException(otherwise);
    }
  }
}
