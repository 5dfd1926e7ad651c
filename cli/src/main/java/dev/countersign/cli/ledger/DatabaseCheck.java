package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import dev.countersign.cli.console.LazyProgress;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.content.ContentKeyFailure;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.usecase.CheckpointFile;
import dev.countersign.ledger.usecase.Fsck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;

/// Recomputes a database and says in one line what came of it.
public final class DatabaseCheck {
  private final Console console;

  public DatabaseCheck(Console console) {
    this.console = console;
  }

  /// The running database of a data directory, against the checkpoint that is kept there.
  ///
  /// @param contentKeys where the secrets of the content are, if not in the data directory
  public LedgerState embedded(Path dataDirectory, Optional<Path> contentKeys) {
    var ledger = dataDirectory.resolve("ledger");
    // Before the database: what is signed was committed by then.
    var notes = kept(ledger.resolve("checkpoint"));
    return check(
        EmbeddedDatabase.in(dataDirectory),
        Optional.of(contentKeys.orElse(ledger.resolve("content-keys"))).filter(Files::isDirectory),
        notes,
        keysIn(ledger.resolve("keys")));
  }

  /// @param contentKeys where the secrets of the content are; without them it is not read
  /// @param keys of the log; if there are none, the one that its database names
  LedgerState check(
      DataSource database,
      Optional<Path> contentKeys,
      List<SignedNote> checkpoints,
      List<VerifierKey> keys) {
    var fsck =
        new Fsck(
            database,
            contentKeys.map(
                folder -> ContentKeyStore.reading(folder, database, new SecureRandom())));
    try (var progress = new LazyProgress(console, "fsck")) {
      var trusted =
          keys.isEmpty() ? stored(fsck) : TrustedKeys.of(keys.toArray(VerifierKey[]::new));
      return switch (fsck.run(checkpoints, trusted, progress::at)) {
        case Fsck.Finding.Sound sound -> LedgerState.ok(words(sound));
        case Fsck.Finding.Damaged(var first) ->
            LedgerState.failed(first.place() + ": " + first.message());
      };
    } catch (ContentKeyFailure e) {
      throw new CommandFailure.Failed(
          String.valueOf(e.getMessage()), "give the folder with --content-keys", e);
    } catch (DatabaseFailure e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailure.Failed(
          "the database cannot be read: " + cause.getMessage(),
          "does it run, and may this login read the ledger?",
          e);
    }
  }

  private static String words(Fsck.Finding.Sound sound) {
    var words =
        String.format(
            Locale.ROOT,
            "%,d entries of %,d tenants, %s",
            sound.entries(),
            sound.tenants(),
            sound.checkpoints() == 0
                ? "no signed checkpoint at hand to compare with"
                : "as the newest signed checkpoint has them");
    if (sound.kept() > 0) {
      words += String.format(Locale.ROOT, ", %,d kept checkpoints agree", sound.kept());
    }
    if (sound.erased() > 0) {
      words += String.format(Locale.ROOT, ", %,d erased", sound.erased());
    }
    if (sound.unread() > 0) {
      words +=
          String.format(
              Locale.ROOT,
              ", %,d not read for want of the content keys (--content-keys)",
              sound.unread());
    }
    if (sound.pending() > 0) {
      words += String.format(Locale.ROOT, ", %,d more wait for their index", sound.pending());
    }
    return words;
  }

  private static List<VerifierKey> keysIn(Path file) {
    try {
      return Files.exists(file)
          ? GivenKeys.lines("`" + file + "`", Files.readString(file))
          : List.of();
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read", "run this as the user who runs the server", e);
    }
  }

  private static TrustedKeys stored(Fsck fsck) {
    try {
      var keys = fsck.storedKeys();
      if (keys.isEmpty()) {
        throw new CommandFailure.Failed(
            "the database has no log in it yet", "start its server once");
      }
      return TrustedKeys.of(keys.toArray(VerifierKey[]::new));
    } catch (MalformedLedgerData e) {
      throw new CommandFailure.NotUsable(
          "no key of the log is at hand", "give --key, as the server serves it at /ledger/keys");
    }
  }

  static SignedNote note(Path file) {
    return read(file, () -> SignedNote.parse(Files.readAllBytes(file)));
  }

  private static List<SignedNote> kept(Path file) {
    return read(file, () -> CheckpointFile.read(file));
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T read(Path file, Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "`" + file + "` cannot be read", "run this as the user who runs the server", e);
    } catch (MalformedLedgerData e) {
      throw new CommandFailure.Failed(
          "`" + file + "` is no checkpoint: " + e.getMessage(),
          "it was damaged, or never the server's: restore it from a backup or a witness",
          e);
    }
  }
}
