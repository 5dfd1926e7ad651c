package dev.countersign.ledger;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// Whether a checkpoint is one that trusted keys stand for.
public sealed interface CheckpointVerdict {

  /// It is; `witnesses` are the names of the trusted ones that cosigned it.
  record Accepted(Checkpoint checkpoint, SortedSet<String> witnesses) implements CheckpointVerdict {
    public Accepted {
      witnesses = Collections.unmodifiableSortedSet(new TreeSet<>(witnesses));
    }
  }

  /// It is not.
  record Refused(Flaw flaw, String message) implements CheckpointVerdict {}
}
