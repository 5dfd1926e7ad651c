package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.SigningKeyFile;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.store.LogKeyStore;
import dev.countersign.ledger.store.LogKeyStore.Recorded;
import dev.countersign.ledger.store.LogKeyStore.State;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Who we are as a log and as a witness: names and keys, made at the first start.
///
/// Private keys are files that only their owner may read; the database knows the public halves. A
/// node that has not the keys which the database says are signing, or that has one of which the
/// database does not know, does not start.
public final class LogIdentity {
  private static final int RANDOM_BYTES = 8;
  private static final String RESTORE =
      "restore the file; without it nobody could tell this log from a forged one";

  private final LogKeyStore store;
  private final Path folder;
  private final Ids ids;
  private final SecureRandom random;

  /// @param folder with the private keys; only its owner may enter
  public LogIdentity(LogKeyStore store, Path folder, Ids ids, SecureRandom random) {
    this.store = store;
    this.folder = folder;
    this.ids = ids;
    this.random = random;
  }

  /// The log's keys, made if there are none yet; throws [IdentityRefused].
  ///
  /// @param wanted the origin; a random one is made up where it is empty
  public LogKeys log(Optional<String> wanted) {
    var keyFolder = new KeyFolder(folder);
    var recorded = store.read();
    var held = held(keyFolder);
    if (recorded.isEmpty()) {
      if (held.isEmpty()) {
        var origin = wanted.orElseGet(() -> "countersign.local/" + hex());
        keyFolder.add(SigningKey.generate(origin, SignatureType.ED25519, random));
        held = held(keyFolder);
      }
      if (held.size() != 1 || !store.begin(held.getFirst().verifier())) {
        throw new IdentityRefused(
            "`" + folder + "` has not the one key with which this log begins",
            "leave the one file `signing-key` there, the same on every node, and start again");
      }
      recorded = store.read();
    }
    refuseMissing(held, recorded);
    refuseUnknown(held, recorded);
    refuseOtherOrigin(recorded.getFirst().key().name(), wanted);
    return LogKeys.in(keyFolder, held, recorded);
  }

  private static List<SigningKey> held(KeyFolder folder) {
    try {
      return folder.keys();
    } catch (MalformedLedgerData e) {
      throw new IdentityRefused(String.valueOf(e.getMessage()), RESTORE);
    }
  }

  private void refuseMissing(List<SigningKey> held, List<Recorded> recorded) {
    for (var key : recorded) {
      if (key.state() == State.SIGNING
          && held.stream().noneMatch(own -> own.verifier().equals(key.key()))) {
        throw new IdentityRefused(
            "the log's signing key `%s` is missing in `%s`".formatted(key.key().id(), folder),
            "copy its file, `signing-key` or `signing-key-%s`, from the node where it was made; %s"
                .formatted(key.key().id(), RESTORE));
      }
    }
  }

  private void refuseUnknown(List<SigningKey> held, List<Recorded> recorded) {
    for (var own : held) {
      if (recorded.stream().noneMatch(key -> key.key().equals(own.verifier()))) {
        throw new IdentityRefused(
            "the database does not know the signing key `%s` in `%s`"
                .formatted(own.verifier().id(), folder),
            "`countersign ledger key create` adds it, if it was being made; otherwise take its file away");
      }
    }
  }

  private static void refuseOtherOrigin(String origin, Optional<String> wanted) {
    if (wanted.isPresent() && !wanted.get().equals(origin)) {
      throw new IdentityRefused(
          "`countersign.ledger.origin` is `%s`, but the log is `%s`"
              .formatted(wanted.get(), origin),
          "an origin never changes; remove the setting");
    }
  }

  /// The keys by which we are a witness for others, one of each kind, made if there are none yet;
  /// throws [IdentityRefused].
  ///
  /// @param wanted the witness's name; a random one is made up where it is empty
  public List<SigningKey> witness(Optional<String> wanted) {
    var classic = new SigningKeyFile(folder.resolve("witness-key"));
    var quantum = new SigningKeyFile(folder.resolve("witness-key-ml-dsa-44"));
    try {
      if (!classic.exists()) {
        var name = wanted.orElseGet(() -> "countersign.local/witness/" + hex());
        classic.create(SigningKey.generate(name, SignatureType.COSIGNATURE_V1, random));
      }
      var first = classic.load();
      if (!quantum.exists()) {
        quantum.create(
            SigningKey.generate(
                first.verifier().name(), SignatureType.COSIGNATURE_ML_DSA_44, random));
      }
      var keys = List.of(first, quantum.load());
      refuseOtherWitness(keys, wanted);
      return keys;
    } catch (MalformedLedgerData e) {
      throw new IdentityRefused(
          String.valueOf(e.getMessage()), "restore the file; logs know this witness by its key");
    }
  }

  private void refuseOtherWitness(List<SigningKey> keys, Optional<String> wanted) {
    var ours = new ArrayList<VerifierKey>(keys.stream().map(SigningKey::verifier).toList());
    var name = ours.getFirst().name();
    if (!ours.stream().allMatch(key -> key.name().equals(name) && key.type().cosigns())) {
      throw new IdentityRefused(
          "the keys of the witness in `" + folder + "` do not belong together",
          "restore both files; logs know this witness by its keys");
    }
    if (wanted.isPresent() && !wanted.get().equals(name)) {
      throw new IdentityRefused(
          "`countersign.witness.name` is `%s`, but the witness is `%s`"
              .formatted(wanted.get(), name),
          "logs know a witness by its name and key; remove the setting");
    }
    var recorded = store.witness(ours);
    if (recorded.size() != ours.size() || !recorded.containsAll(ours)) {
      throw new IdentityRefused(
          "the database knows this witness by another key than those in `" + folder + "`",
          "copy `witness-key` and `witness-key-ml-dsa-44` from the node that runs already");
    }
  }

  private String hex() {
    return HexFormat.of().formatHex(ids.randomBytes(RANDOM_BYTES));
  }
}
