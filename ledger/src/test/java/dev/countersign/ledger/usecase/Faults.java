package dev.countersign.ledger.usecase;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Connections that break at a chosen statement or commit.
final class Faults implements DataSource {

  enum Kind {
    /// The connection is gone before the database hears of it.
    BEFORE,
    /// It is done, but the answer is lost.
    AFTER,
    /// The answer is lost while the database is still at work; it is done a little later.
    LATER,
    /// The database refuses it; the connection stays.
    REFUSED,
    /// The database ends the connection: an administrator does, or a limit of it.
    TERMINATED
  }

  /// How a statement ends that is not the last of its round trip.
  private static final String AND_COMMIT = ";\ncommit";

  /// Long enough for a look-up that does not wait to come too early.
  private static final int LATER_MILLIS = 300;

  private final DataSource real;
  private final AtomicInteger left = new AtomicInteger();
  private volatile Kind kind = Kind.BEFORE;
  private volatile boolean commitsOnly;
  private volatile Moment moment = Moment.NEVER;

  Faults(DataSource real) {
    this.real = real;
  }

  /// Breaks the connection at the `count`th statement or commit from now on, once.
  void arm(int count, Kind wanted) {
    kind = wanted;
    commitsOnly = false;
    left.set(count);
  }

  /// Breaks the connection at the next commit, once.
  void armCommit(Kind wanted) {
    kind = wanted;
    commitsOnly = true;
    left.set(1);
  }

  /// Runs `then` on the node's own thread, once, as soon as one statement that contains each of the
  /// parts was done after the other; `commit` stands also for a commit by itself. The connection
  /// stays.
  void runAfter(List<String> parts, Runnable then) {
    moment = new Moment(parts, then);
  }

  void disarm() {
    left.set(0);
    moment = Moment.NEVER;
  }

  /// Whether the fault has not come yet.
  boolean armed() {
    return left.get() > 0;
  }

  @Override
  public Connection getConnection() throws SQLException {
    var link = new Link(real.getConnection(), new AtomicBoolean(), "");
    return wrap(Connection.class, link.connection(), link);
  }

  /// A connection, whether its caller has lost it, and what a prepared statement of it says.
  private record Link(Connection connection, AtomicBoolean lost, String sql) {}

  /// What has to be done yet before something is run.
  private record Moment(List<String> parts, Runnable then) {
    static final Moment NEVER = new Moment(List.of(), () -> {});

    Moment after(String sql) {
      if (parts.isEmpty() || !sql.contains(parts.getFirst())) {
        return this;
      }
      if (parts.size() > 1) {
        return new Moment(parts.subList(1, parts.size()), then);
      }
      then.run();
      return NEVER;
    }
  }

  private <T> T wrap(Class<T> type, T target, Link link) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> call(target, link, method, arguments)));
  }

  private @Nullable Object call(
      Object target, Link link, Method method, Object @Nullable [] arguments) throws Throwable {
    if (link.lost().get()) {
      if (method.getName().equals("close")) {
        return null;
      }
      throw new SQLException("the connection is lost", "08003");
    }
    var said =
        arguments != null && arguments.length > 0 && arguments[0] instanceof String sql
            ? sql
            : link.sql();
    boolean executed = method.getName().startsWith("execute");
    boolean commit = method.getName().equals("commit") || (executed && said.endsWith(AND_COMMIT));
    boolean due = commit || executed;
    if (due && (commit || !commitsOnly) && left.get() > 0 && left.decrementAndGet() == 0) {
      breakAt(target, link, method, arguments, commit);
    }
    var result = invoke(target, method, arguments);
    if (due) {
      moment = moment.after(executed ? said : "commit");
    }
    if (result instanceof PreparedStatement statement) {
      return wrap(
          PreparedStatement.class, statement, new Link(link.connection(), link.lost(), said));
    }
    return result instanceof Statement statement ? wrap(Statement.class, statement, link) : result;
  }

  private void breakAt(
      Object target, Link link, Method method, Object @Nullable [] arguments, boolean commit)
      throws Throwable {
    var connection = link.connection();
    if (kind == Kind.REFUSED) {
      try (var statement = connection.createStatement()) {
        statement.execute("select 1 / 0");
      }
    }
    if (kind == Kind.TERMINATED) {
      terminate(connection.unwrap(PGConnection.class).getBackendPID());
      // What is called now fails as the driver makes it fail.
      return;
    }
    link.lost().set(true);
    if (kind == Kind.LATER && commit) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              Thread.sleep(LATER_MILLIS);
              invoke(target, method, arguments);
              connection.close();
            } catch (Throwable e) {
              throw new IllegalStateException(e);
            }
          });
      throw new SQLException("the answer to commit is late", "08006");
    }
    if (kind == Kind.AFTER) {
      invoke(target, method, arguments);
    }
    connection.abort(Runnable::run);
    throw new SQLException("the connection is gone", "08006");
  }

  private void terminate(int backend) throws SQLException {
    try (var other = real.getConnection();
        var statement = other.prepareStatement("select pg_terminate_backend(?, 5000)")) {
      statement.setInt(1, backend);
      statement.execute();
    }
  }

  private static @Nullable Object invoke(
      Object target, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      if (e.getTargetException() instanceof AssertionError asserted) {
        // The driver asserts that its connection outlives a failed batch; that is on in tests
        // alone.
        throw new SQLException("the connection was ended", "08006", asserted);
      }
      throw e.getTargetException();
    }
  }

  @Override
  public Connection getConnection(String user, String password) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return real.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
