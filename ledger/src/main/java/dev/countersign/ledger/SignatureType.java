package dev.countersign.ledger;

/// What a key signs (C2SP signed-note, signature types).
public enum SignatureType {
  /// The text of a note.
  ED25519(1),

  /// A checkpoint together with the time at which a witness saw it (C2SP tlog-cosignature, v1).
  COSIGNATURE_V1(4);

  private final byte identifier;

  SignatureType(int identifier) {
    this.identifier = (byte) identifier;
  }

  byte identifier() {
    return identifier;
  }
}
