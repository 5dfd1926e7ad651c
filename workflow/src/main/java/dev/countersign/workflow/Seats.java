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
    return (int) Arrays.stream(takers(groups, takers, fits)).filter(taker -> taker >= 0).count();
  }

  /// The groups with the places that stay free when as many as can be are taken; without those that
  /// are complete.
  static <T> List<ApproverGroup> free(
      List<ApproverGroup> groups, List<T> takers, BiPredicate<T, SortedSet<String>> fits) {
    int[] takerOf = takers(groups, takers, fits);
    var free = new ArrayList<ApproverGroup>();
    int first = 0;
    for (var group : groups) {
      int behind = first + group.quorum();
      int count = (int) Arrays.stream(takerOf, first, behind).filter(taker -> taker < 0).count();
      if (count > 0) {
        free.add(new ApproverGroup(group.roles(), count));
      }
      first = behind;
    }
    return free;
  }

  /// For each place, in the order of the groups, who takes it; -1 if nobody does.
  private static <T> int[] takers(
      List<ApproverGroup> groups, List<T> takers, BiPredicate<T, SortedSet<String>> fits) {
    var places = new ArrayList<SortedSet<String>>();
    for (var group : groups) {
      for (int place = 0; place < group.quorum(); place++) {
        places.add(group.roles());
      }
    }
    var seats = new Seats<>(places, takers, fits);
    for (int taker = 0; taker < takers.size(); taker++) {
      seats.seat(taker, new boolean[places.size()]);
    }
    return seats.takerOf;
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
