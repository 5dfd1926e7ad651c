package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.time.Instant;

/// What a receipt or an export says of an entry: what it is, or that it was erased.
public sealed interface Disclosure {

  /// The leaf hash that this stands for.
  Digest leafHash();

  /// The entry itself, with the salt that its leaf was made with.
  record Held(Salt salt, Entry entry) implements Disclosure {
    @Override
    public Digest leafHash() {
      return Leaf.hash(Leaf.commitment(salt.bytes(), entry.canonical()));
    }
  }

  /// The entry is gone. Its leaf is proved to be in the log; that it was erased rather than held
  /// back, when and why, is only said.
  record Erased(Digest leafHash, Instant time, String reason) implements Disclosure {}
}
