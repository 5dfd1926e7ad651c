package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.content.ContentKeyFailure;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.usecase.KeyFolder;
import dev.countersign.ledger.usecase.OpenAlarms;
import dev.countersign.ledger.usecase.RotateLogKey;
import dev.countersign.ledger.usecase.SettleAlarm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import picocli.CommandLine.Option;

/// Where a log is: the data directory with its keys, and its database.
final class LogPlace {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The server's data directory; ${DEFAULT-VALUE} if nothing is given.")
  private Path dataDir = Path.of("countersign-data");

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "A JDBC URL, if the database is not the one in the data directory; the password is taken from PGPASSWORD.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "The login for --database-url; ${DEFAULT-VALUE} if not given.")
  private String user = "countersign_app";

  @Option(
      names = "--content-keys",
      paramLabel = "DIR",
      description =
          "The folder with the secrets of the content; the data directory's if not given.")
  private Optional<Path> contentKeys = Optional.empty();

  /// The keys of the log.
  RotateLogKey keys(Map<String, String> environment, Clock clock) {
    var folder = dataDir.resolve("ledger");
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure.NotUsable(
          "`" + dataDir + "` has no keys of a log in it", "give the data directory of a server");
    }
    var random = new SecureRandom();
    var database = database(environment);
    return new RotateLogKey(
        new TenantTransactions(database),
        new KeyFolder(folder),
        sealing(database),
        new Ids(clock, random),
        clock,
        random);
  }

  OpenAlarms alarms(Map<String, String> environment) {
    return new OpenAlarms(database(environment));
  }

  SettleAlarm settlement(Map<String, String> environment, Clock clock) {
    var ids = new Ids(clock, new SecureRandom());
    var database = database(environment);
    return new SettleAlarm(new TenantTransactions(database), sealing(database), ids, clock);
  }

  private Sealing sealing(DataSource database) {
    var folder = contentKeys.orElse(dataDir.resolve("ledger").resolve("content-keys"));
    return ContentKeyStore.reading(folder, database, new SecureRandom()).sealing();
  }

  private DataSource database(Map<String, String> environment) {
    return url.map(address ->
            EmbeddedDatabase.writing(address, user, environment.getOrDefault("PGPASSWORD", "")))
        .orElseGet(() -> EmbeddedDatabase.writing(dataDir));
  }

  /// The platform's own tenant, in whose log an operator's steps are entries.
  TenantId platform() {
    var file = dataDir.resolve("platform-admin.json");
    try {
      JsonObject known = JsonReader.readObject(Files.readString(file));
      return new TenantId(known.text("tenant_id").flatMap(Ids::parse).orElseThrow());
    } catch (IOException | RuntimeException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read, so the step could not be recorded",
          "start the server once with this data directory, or run this as the user who runs it",
          e);
    }
  }

  /// Does something to a log, and says what stands against it.
  static <T> T done(Supplier<T> work) {
    try {
      return work.get();
    } catch (Refusal refused) {
      throw new CommandFailure.Failed(
          String.valueOf(refused.getMessage()), "`countersign ledger key list` shows the keys");
    } catch (ContentKeyFailure e) {
      throw new CommandFailure.Failed(
          String.valueOf(e.getMessage()), "give the folder with --content-keys", e);
    } catch (MalformedLedgerData e) {
      throw new CommandFailure.Failed(
          String.valueOf(e.getMessage()), "restore the file from a backup", e);
    } catch (DatabaseFailure e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailure.Failed(
          "the database cannot be used: " + cause.getMessage(),
          "does it run, and may this login change the ledger's keys?",
          e);
    }
  }
}
