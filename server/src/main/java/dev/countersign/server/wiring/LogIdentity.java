package dev.countersign.server.wiring;

import dev.countersign.kernel.Ids;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.SigningKeyFile;
import dev.countersign.server.config.StartRefused;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import javax.sql.DataSource;

/// Who we are as a log: the origin and the signing key, fixed at the first start.
///
/// The key is a file that only its owner may read; the database knows its public half, and a node
/// with another key does not start.
final class LogIdentity {
  private static final int RANDOM_BYTES = 8;

  private LogIdentity() {}

  static SigningKey load(Path folder, Optional<String> wanted, DataSource app, Ids ids) {
    var path = folder.resolve("signing-key");
    var file = new SigningKeyFile(path);
    try (var connection = app.getConnection()) {
      var recorded = recorded(connection);
      if (!file.exists()) {
        if (recorded.isPresent()) {
          throw new StartRefused(
              "the log's signing key is missing: `" + path + "`",
              "restore the file; without it nobody could tell this log from a forged one");
        }
        var origin = wanted.orElseGet(() -> randomOrigin(ids));
        file.create(SigningKey.generate(origin, SignatureType.ED25519, new SecureRandom()));
      }
      var key = file.load();
      refuseOtherOrigin(key, wanted);
      if (recorded.isEmpty()) {
        record(connection, key);
      } else if (!recorded.get().equals(key.verifier().toString())) {
        throw new StartRefused(
            "the database belongs to a log with another signing key than `" + path + "`",
            "use the key with which the log was started");
      }
      return key;
    } catch (SQLException e) {
      throw new StartRefused("the log's identity cannot be read: " + e.getMessage(), "try again");
    }
  }

  private static String randomOrigin(Ids ids) {
    return "countersign.local/" + HexFormat.of().formatHex(ids.randomBytes(RANDOM_BYTES));
  }

  private static void refuseOtherOrigin(SigningKey key, Optional<String> wanted) {
    if (wanted.isPresent() && !wanted.get().equals(key.verifier().name())) {
      throw new StartRefused(
          "`countersign.ledger.origin` is `%s`, but the log is `%s`"
              .formatted(wanted.get(), key.verifier().name()),
          "an origin never changes; remove the setting");
    }
  }

  private static Optional<String> recorded(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement("select key from ledger.log");
        var row = statement.executeQuery()) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }

  private static void record(Connection connection, SigningKey key) throws SQLException {
    try (var statement =
        connection.prepareStatement("insert into ledger.log (origin, key) values (?, ?)")) {
      statement.setString(1, key.verifier().name());
      statement.setString(2, key.verifier().toString());
      statement.executeUpdate();
    }
  }
}
