package dev.countersign.ledger.witness;

import dev.countersign.ledger.NoteSignature;
import java.util.List;

/// What a witness said to a checkpoint. Nothing of it is verified.
public sealed interface Reply {

  /// It says that it cosigned.
  record Cosigned(List<NoteSignature> signatures) implements Reply {
    public Cosigned {
      signatures = List.copyOf(signatures);
    }
  }

  /// It says that the checkpoint which it cosigned last has this size.
  record Conflict(long size) implements Reply {}

  /// It says that the checkpoint does not follow from what it cosigned last.
  record Inconsistent() implements Reply {}

  /// It does not cosign, for a reason that it has by itself.
  record Refused(int status) implements Reply {}

  /// It said nothing, or nothing that can be understood.
  record Unanswered(String reason) implements Reply {}
}
