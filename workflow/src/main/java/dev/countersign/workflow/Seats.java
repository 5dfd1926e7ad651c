package dev.countersign.workflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.function.BiPredicate;

/// Places that have to be taken, each by another taker who fits it.
///
/// Who takes the first place that he fits may keep out one who fits no other, so this looks for a
/// largest matching, by augmenting paths (Kuhn 1955; a few dozen places at most, so no faster way
/// is needed).
final class Seats<T> {
  private final List<SortedSet<String>> seats;
  private final List<T> takers;
  private final BiPredicate<T, SortedSet<String>> fits;
  private final int[] takerOf;

  private Seats(
      List<SortedSet<String>> seats, List<T> takers, BiPredicate<T, SortedSet<String>> fits) {
    this.seats = seats;
    this.takers = takers;
    this.fits = fits;
    this.takerOf = new int[seats.size()];
    Arrays.fill(takerOf, -1);
  }

  /// How many of the groups' places can be taken at once.
  static <T> int taken(
      List<ApproverGroup> groups, List<T> takers, BiPredicate<T, SortedSet<String>> fits) {
    var places = new ArrayList<SortedSet<String>>();
    for (var group : groups) {
      for (int place = 0; place < group.quorum(); place++) {
        places.add(group.roles());
      }
    }
    var seats = new Seats<>(places, takers, fits);
    int taken = 0;
    for (int taker = 0; taker < takers.size(); taker++) {
      if (seats.seat(taker, new boolean[places.size()])) {
        taken++;
      }
    }
    return taken;
  }

  private boolean seat(int taker, boolean[] tried) {
    for (int seat = 0; seat < seats.size(); seat++) {
      if (tried[seat] || !fits.test(takers.get(taker), seats.get(seat))) {
        continue;
      }
      tried[seat] = true;
      if (takerOf[seat] < 0 || seat(takerOf[seat], tried)) {
        takerOf[seat] = taker;
        return true;
      }
    }
    return false;
  }
}
