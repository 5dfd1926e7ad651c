package dev.countersign.ledger;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a verifier says of a receipt or an export.
public sealed interface Verdict {

  /// Everything that is said is proved, but for what is listed as unproven.
  ///
  /// @param checkpoint the one that covers it
  /// @param witnesses the names of the trusted ones that cosigned the checkpoint
  /// @param entries how many were verified
  /// @param erased how many of them are erased, so that only their place was verified
  /// @param unproven what could not be checked with what was at hand
  record Verified(
      Checkpoint checkpoint,
      SortedSet<String> witnesses,
      long entries,
      long erased,
      List<Unproven> unproven)
      implements Verdict {
    public Verified {
      witnesses = Collections.unmodifiableSortedSet(new TreeSet<>(witnesses));
      unproven = List.copyOf(unproven);
    }
  }

  /// The first thing that fails.
  ///
  /// @param place for people: `log index 17`, `line 1`, `the checkpoint`
  record Refused(Flaw flaw, String place, String message) implements Verdict {}

  /// What an export can leave open although nothing in it is wrong.
  enum Unproven {
    /// There is no consistency proof from the older checkpoint, so the log may have been rewritten.
    CONSISTENCY(
        "nothing proves that the log still begins as the older checkpoint has it;"
            + " an export with `since` set to its size does"),
    /// It is not logged, so the newest entries of the tenant may be missing.
    TAIL("nothing proves that the tenant had no later entries"),
    /// It is of a period, whose first and last entry the server found and logged.
    PERIOD(
        "which entries a period begins and ends with is the server's word; within, none is missing");

    private final String words;

    Unproven(String words) {
      this.words = words;
    }

    /// For people.
    public String words() {
      return words;
    }
  }
}
