package dev.countersign.trust.laboratory.ladder;

/// The proposals of a scope that wait to be counted, in their order, as far as they can count: a
/// ring. Runs that were clean are not in it; of them only the last one before each turn is known,
/// since a turn is not counted while one before it waits.
///
/// Not counted under which entry they were proposed but which came since; for one thread.
final class WaitingTurns {

  /// Before every moment by more than any window.
  private static final int LONG_AGO = Integer.MIN_VALUE / 2;

  private final int window;
  private final int mask;
  private final int[] moments;
  private final int[] heldUntil;
  private final int[] entries;
  private final boolean[] looked;
  private final boolean[] harmful;
  private final boolean[] lost;
  private int head;
  private int size;
  private int entry;
  private int lastRun = LONG_AGO;

  WaitingTurns(int window) {
    this.window = window;
    // One a moment, from the one that closes now to the one that is proposed now.
    int most = Integer.highestOneBit(window + 2) << 1;
    this.mask = most - 1;
    this.moments = new int[most];
    this.heldUntil = new int[most];
    this.entries = new int[most];
    this.looked = new boolean[most];
    this.harmful = new boolean[most];
    this.lost = new boolean[most];
  }

  void clear() {
    size = 0;
    entry = 0;
    lastRun = LONG_AGO;
  }

  /// What waits is no evidence any more.
  void nextEntry() {
    entry++;
  }

  /// @param harm whether it counts as harm unless good news comes, which never does
  /// @param known whether that is known already, so that nothing can change it
  void add(int moment, boolean decided, boolean harm, boolean known) {
    int at = (head + size) & mask;
    moments[at] = moment;
    heldUntil[at] = lastRun + window;
    entries[at] = entry;
    looked[at] = decided;
    harmful[at] = harm;
    lost[at] = known;
    size++;
  }

  /// A run was clean.
  void ran(int moment) {
    lastRun = moment;
  }

  /// The first moment at which the first one is counted, if no news comes; none is after all.
  int nextSettled() {
    if (size == 0) {
      return Integer.MAX_VALUE;
    }
    int closes = lost[head] ? LONG_AGO : moments[head] + window;
    return Math.max(heldUntil[head], closes) + 1;
  }

  boolean settled(int moment) {
    return nextSettled() <= moment;
  }

  /// Of the first one.
  int moment() {
    return moments[head];
  }

  boolean counts() {
    return entries[head] == entry && looked[head];
  }

  boolean harmful() {
    return harmful[head];
  }

  void remove() {
    head = (head + 1) & mask;
    size--;
  }

  private int find(int proposal) {
    for (int i = 0; i < size; i++) {
      int at = (head + i) & mask;
      if (moments[at] == proposal) {
        return at;
      }
    }
    return -1;
  }

  /// Its harm is known; false if it waits no more.
  boolean lose(int proposal) {
    int at = find(proposal);
    if (at >= 0) {
      lost[at] = true;
    }
    return at >= 0;
  }

  boolean lookedAt(int proposal) {
    int at = find(proposal);
    return at >= 0 && looked[at];
  }
}
