package dev.countersign.events.store;

import dev.countersign.kernel.store.DatabaseFailure;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/// Which key signs on all nodes of a database.
public final class WebhookKeyStore {
  private final DataSource app;

  /// @param app connections of the application's role
  public WebhookKeyStore(DataSource app) {
    this.app = app;
  }

  /// The public key that this database knows; empty before the first start.
  public Optional<byte[]> known() {
    try (var connection = app.getConnection();
        var statement = connection.prepareStatement("select public_key from events.signing_key");
        var row = statement.executeQuery()) {
      return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// Makes `own` the key of this database unless there is one.
  public void claim(byte[] own) {
    try (var connection = app.getConnection();
        var statement =
            connection.prepareStatement(
                "insert into events.signing_key (public_key) values (?) on conflict do nothing")) {
      statement.setBytes(1, own);
      statement.executeUpdate();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
