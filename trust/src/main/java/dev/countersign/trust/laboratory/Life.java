package dev.countersign.trust.laboratory;

import java.util.Arrays;

/// The proposals of one made-up scope, one a moment: what is true of each, and when it is known.
///
/// One per worker and refilled for each scope; for one thread.
final class Life {

  /// The news of a proposal that never comes.
  static final int NEVER = Integer.MAX_VALUE;

  final int length;

  /// Whether carrying it out does harm.
  final boolean[] harm;

  /// Whether reviewers fail to see the harm, or pretend to.
  final boolean[] hidden;

  /// The moment at which its decision or outcome is known, or [#NEVER].
  final int[] known;

  /// How many moments after a proposal its observation window closes.
  int window;

  /// The moment at which it got worse; 0 if it never changes.
  int change;

  /// Into how many scopes the same work is split; each has its proposals one after the other.
  int parts;

  private final int[] first;
  private final int[] next;

  Life(int length) {
    this.length = length;
    this.harm = new boolean[length];
    this.hidden = new boolean[length];
    this.known = new int[length];
    this.first = new int[length];
    this.next = new int[length];
  }

  void clear() {
    window = 0;
    change = 0;
    parts = 1;
    Arrays.fill(hidden, false);
  }

  /// Sorts the news by the moment of its coming; MUST be called when all is filled in.
  void order() {
    Arrays.fill(first, -1);
    for (int i = length - 1; i >= 0; i--) {
      int at = known[i];
      if (at < length) {
        next[i] = first[at];
        first[at] = i;
      }
    }
  }

  /// The first proposal of which something is known at `moment`; -1 if none.
  int firstKnown(int moment) {
    return first[moment];
  }

  /// The next proposal known at the same moment; -1 if none.
  int nextKnown(int proposal) {
    return next[proposal];
  }
}
