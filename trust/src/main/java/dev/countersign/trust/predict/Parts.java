package dev.countersign.trust.predict;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Labelled snapshots, parted by time: what trees learn from, what calibrates them, and what both
/// are judged by.
///
/// All that is learned was known before the first held-out case was proposed. A case counts only
/// once it is mature, so that of the latest cases not just those with quick labels are learned
/// from: where approvals take longer than rejections, these would be the rejected ones.
///
/// @param training the earlier three quarters of what was known at `since`
/// @param calibration the later quarter
/// @param heldOut the cases proposed from `since` on: a fifth of all
/// @param since when the first held-out case was proposed
/// @param leftOut cases before `since` that were not mature or not known by then
record Parts(
    List<Labelled> training,
    List<Labelled> calibration,
    List<Labelled> heldOut,
    Instant since,
    int leftOut) {

  private static final double HELD_OUT = 0.2;
  private static final double CALIBRATION = 0.25;

  /// By time; by id, in the order of its text as the database has it, where that is the same.
  static final Comparator<Labelled> ORDER =
      Comparator.comparing(Labelled::at).thenComparing(one -> one.id().toString());

  Parts {
    training = List.copyOf(training);
    calibration = List.copyOf(calibration);
    heldOut = List.copyOf(heldOut);
  }

  /// What is known and mature at `asOf`, in the order of time.
  static List<Labelled> known(Collection<Labelled> all, Instant asOf, Duration maturity) {
    return all.stream().filter(one -> known(one, asOf, maturity)).sorted(ORDER).toList();
  }

  private static boolean known(Labelled one, Instant at, Duration maturity) {
    return !one.known().isAfter(at) && !one.at().plus(maturity).isAfter(at);
  }

  /// Parts at least one case.
  static Parts of(List<Labelled> known, Duration maturity) {
    int first = Math.min(known.size() - 1, (int) (known.size() * (1 - HELD_OUT)));
    var since = known.get(first).at();
    var before = known.stream().filter(one -> one.at().isBefore(since)).toList();
    var learned = before.stream().filter(one -> known(one, since, maturity)).toList();
    int cut = (int) (learned.size() * (1 - CALIBRATION));
    return new Parts(
        learned.subList(0, cut),
        learned.subList(cut, learned.size()),
        known.subList(before.size(), known.size()),
        since,
        before.size() - learned.size());
  }
}
