package dev.countersign.ledger;

import java.util.List;

/// What the keys one knows say of a note.
public sealed interface NoteVerdict {

  /// Known keys have signed, and every signature of a known key is good; at least one.
  record Verified(List<Signed> signatures) implements NoteVerdict {
    public Verified {
      signatures = List.copyOf(signatures);
    }
  }

  /// A signature that bears a known key's name and id was not made by it over this text.
  record Forged(VerifierKey claimed) implements NoteVerdict {}

  /// Nobody known has signed.
  record NoKnownSigner() implements NoteVerdict {}

  /// One signature that was verified, and by which key.
  record Signed(VerifierKey key, NoteSignature signature) {}
}
