package dev.countersign.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.sql.ConnectionEvent;
import javax.sql.ConnectionEventListener;
import javax.sql.PooledConnection;
import org.postgresql.ds.PGConnectionPoolDataSource;

/// Connections that were given back, for whoever asks next for the same login to the same database.
///
/// A node in production pools them, too, and a new one, a process of its own, costs more than most
/// of what a test does with it. As in production nothing but the transaction is undone when one is
/// given back. Few are kept of all databases together, so that those of tests that are over go.
/// Safe for use by many threads.
final class IdleConnections {
  private static final int MOST = 40;
  private static final int VALID_SECONDS = 5;

  /// The one that was given back last at the end.
  private final List<Idle> idle = new ArrayList<>();

  /// Who connects to what.
  record Login(String url, String user, String password) {
    private PooledConnection connect() throws SQLException {
      var source = new PGConnectionPoolDataSource();
      source.setURL(url);
      source.setUser(user);
      source.setPassword(password);
      return source.getPooledConnection();
    }
  }

  private record Idle(Login login, PooledConnection connection) {}

  /// One for use until it is closed.
  Connection take(Login login) throws SQLException {
    for (var last = last(login); last.isPresent(); last = last(login)) {
      try {
        var connection = last.get().getConnection();
        if (connection.isValid(VALID_SECONDS)) {
          return connection;
        }
      } catch (SQLException ended) {
        // The server closed it, so another one is tried.
      }
      last.get().close();
    }
    var made = login.connect();
    made.addConnectionEventListener(new GiveBack(login));
    return made.getConnection();
  }

  /// Closes those to a database, which can be copied only while nobody is connected.
  void closeTo(String url) {
    taken(each -> each.login.url.equals(url)).forEach(IdleConnections::close);
  }

  private synchronized Optional<PooledConnection> last(Login login) {
    for (int i = idle.size() - 1; i >= 0; i--) {
      if (idle.get(i).login.equals(login)) {
        return Optional.of(idle.remove(i).connection);
      }
    }
    return Optional.empty();
  }

  private synchronized List<Idle> taken(Predicate<Idle> which) {
    var taken = idle.stream().filter(which).toList();
    idle.removeAll(taken);
    return taken;
  }

  private void keep(Idle given) {
    tooMany(given).ifPresent(IdleConnections::close);
  }

  private synchronized Optional<Idle> tooMany(Idle given) {
    idle.add(given);
    return idle.size() > MOST ? Optional.of(idle.removeFirst()) : Optional.empty();
  }

  private static void close(Idle each) {
    try {
      each.connection.close();
    } catch (SQLException ended) {
      // It is gone, which is all that was asked for.
    }
  }

  /// Keeps a connection once its user closes it.
  private final class GiveBack implements ConnectionEventListener {
    private final Login login;

    private GiveBack(Login login) {
      this.login = login;
    }

    @Override
    public void connectionClosed(ConnectionEvent event) {
      keep(new Idle(login, (PooledConnection) event.getSource()));
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
      // Its user closes it, and whoever takes it then finds that it is not valid.
    }
  }
}
