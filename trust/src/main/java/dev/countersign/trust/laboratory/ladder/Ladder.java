package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Stage;

/// The rules of all four steps, for one scope at a time: one proposal a moment.
///
/// Mutable, one per worker; [#enter] makes it new. Calls MUST come in the order of their moments;
/// at one moment what is overdue comes first, then other news, then the new proposal.
interface Ladder {

  /// A new scope begins.
  ///
  /// @param ordinal which of its tenant and action type, from 1
  void enter(long ordinal);

  Stage stage();

  /// Something is proposed.
  ///
  /// @param looked whether people decide: always, where the stage is not automatic, else only what
  ///   was drawn
  void propose(int moment, boolean looked, Fate fate);

  /// Proposals run by themselves and are clean, one a moment, until the stage changes.
  ///
  /// @return the moment after the last of them, at most `until`
  int run(int from, int until);

  /// The harm of an earlier proposal is known.
  void harm(int moment, int proposal);

  /// Nobody observed what came of an earlier proposal, and its window has closed.
  void overdue(int moment, int proposal);
}
