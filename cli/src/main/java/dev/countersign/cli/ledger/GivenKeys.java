package dev.countersign.cli.ledger;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.VerifierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Verifier keys as a person gives them: a vkey, or a file with one a line.
public final class GivenKeys {
  private static final String HINT =
      "a key is `name+id+base64`, as the server prints it and serves it at /ledger/keys";

  private GivenKeys() {}

  /// The keys of a log and of the witnesses that must have cosigned.
  public static TrustedKeys trusted(List<String> keys, List<String> witnesses) {
    var log = read(keys, SignatureType.ED25519);
    if (log.isEmpty()) {
      throw new CommandFailure.NotUsable("no key of the log was given", HINT);
    }
    return TrustedKeys.of(log.toArray(VerifierKey[]::new))
        .withAll(read(witnesses, SignatureType.COSIGNATURE_V1));
  }

  /// The keys written in a text, one a line.
  static List<VerifierKey> lines(String name, String text) {
    var keys = new ArrayList<VerifierKey>();
    for (var line : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
      try {
        keys.add(VerifierKey.parse(line));
      } catch (MalformedLedgerData e) {
        throw new CommandFailure.NotUsable(name + ": " + e.getMessage(), HINT);
      }
    }
    return keys;
  }

  private static List<VerifierKey> read(List<String> given, SignatureType type) {
    var keys = new ArrayList<VerifierKey>();
    for (var text : given) {
      keys.addAll(read(text));
    }
    for (var key : keys) {
      if (key.type().cosigns() != type.cosigns()) {
        throw new CommandFailure.NotUsable(
            "key `" + key + "` is of the wrong type",
            type == SignatureType.ED25519
                ? "give a witness's by --witness"
                : "give a log's by --key");
      }
    }
    return keys;
  }

  private static List<VerifierKey> read(String given) {
    boolean file = given.startsWith("@") || (!given.contains("+") && Files.exists(Path.of(given)));
    if (!file) {
      return lines("`" + given + "`", given);
    }
    var path = Path.of(given.startsWith("@") ? given.substring(1) : given);
    try {
      return lines("`" + path + "`", Files.readString(path));
    } catch (IOException e) {
      throw new CommandFailure.NotUsable("key file `" + path + "` cannot be read", HINT);
    }
  }
}
