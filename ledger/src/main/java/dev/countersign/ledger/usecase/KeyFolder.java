package dev.countersign.ledger.usecase;

import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.SigningKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The folder with the private keys of a log, one file each: `signing-key` for the first one,
/// `signing-key-<id>` for those that came later.
public record KeyFolder(Path path) {
  private static final String FIRST = "signing-key";

  /// More would be a mistake: two overlap, and the retired ones may be removed.
  private static final int MOST = 64;

  /// The keys in it; throws [dev.countersign.ledger.MalformedLedgerData] if a file is damaged or
  /// open to others.
  public List<SigningKey> keys() {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (var files = Files.list(path)) {
      var keys = new ArrayList<SigningKey>();
      for (var file : files.filter(KeyFolder::isKey).sorted().limit(MOST).toList()) {
        keys.add(new SigningKeyFile(file).load());
      }
      return List.copyOf(keys);
    } catch (IOException e) {
      throw new UncheckedIOException("the folder `" + path + "` can't be read", e);
    }
  }

  private static boolean isKey(Path file) {
    var name = String.valueOf(file.getFileName());
    return name.equals(FIRST) || name.matches(FIRST + "-[0-9a-f]{8}");
  }

  /// Where a key is, or will be.
  public Path file(SigningKey key) {
    var later = path.resolve(FIRST + "-" + key.verifier().id());
    return keys().isEmpty() && !Files.exists(later) ? path.resolve(FIRST) : later;
  }

  /// Writes a key to a new file and yields it.
  Path add(SigningKey key) {
    var file = file(key);
    new SigningKeyFile(file).create(key);
    return file;
  }
}
