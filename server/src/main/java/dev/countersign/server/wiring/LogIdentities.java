package dev.countersign.server.wiring;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.store.LogKeyStore;
import dev.countersign.ledger.usecase.IdentityRefused;
import dev.countersign.ledger.usecase.LogIdentity;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.OwnerOnlyFile;
import dev.countersign.server.config.StartRefused;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;

/// Who this server is as a log and as a witness; what the ledger refuses stops the start.
final class LogIdentities {
  private LogIdentities() {}

  static LogKeys log(CountersignConfig config, DataSource app, Ids ids) {
    return of(config, app, ids, identity -> identity.log(config.ledger().origin()));
  }

  static List<SigningKey> witness(CountersignConfig config, DataSource app, Ids ids) {
    return of(config, app, ids, identity -> identity.witness(config.witness().name()));
  }

  private static <T> T of(
      CountersignConfig config, DataSource app, Ids ids, Function<LogIdentity, T> wanted) {
    var folder = OwnerOnlyFile.folder(config.dataDir().resolve("ledger"));
    try {
      return wanted.apply(new LogIdentity(new LogKeyStore(app), folder, ids, new SecureRandom()));
    } catch (IdentityRefused refused) {
      throw new StartRefused(String.valueOf(refused.getMessage()), refused.hint());
    } catch (DatabaseFailure e) {
      throw new StartRefused("the log's identity cannot be read: " + e.getMessage(), "try again");
    }
  }
}
