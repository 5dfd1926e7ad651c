package dev.countersign.trust.laboratory.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// The proposals of one scope: those whose size lies in a band.
///
/// @param from the smallest size of the band; negative infinity for the first
/// @param to the size at which the next one begins; infinity for the last
/// @param proposals in the order of proposing
/// @param judging which of them judge
record Band(double from, double to, List<LoggedProposal> proposals, List<Boolean> judging) {

  private record Placed(LoggedProposal proposal, boolean judging) {}

  /// The scopes of both halves, in the order of their first proposals; none is empty.
  static List<Band> of(Halves halves, int count) {
    var cuts = cuts(halves.earning(), count);
    var bands = new TreeMap<Double, List<Placed>>();
    halves.earning().forEach(one -> place(bands, cuts, new Placed(one, false)));
    halves.judging().forEach(one -> place(bands, cuts, new Placed(one, true)));
    var scopes = new ArrayList<Band>();
    bands.forEach((from, placed) -> scopes.add(band(from, above(cuts, from), placed)));
    scopes.sort(Comparator.comparing(Band::begin));
    return scopes;
  }

  /// Where bands begin: quantiles of the half that is earned on, whose sizes are known before
  /// anything of the other one is.
  private static List<Double> cuts(List<LoggedProposal> earning, int count) {
    var sizes = earning.stream().map(LoggedProposal::size).sorted().toList();
    var cuts = new ArrayList<Double>();
    cuts.add(Double.NEGATIVE_INFINITY);
    for (int i = 1; i < count && !sizes.isEmpty(); i++) {
      double cut = sizes.get((int) ((long) sizes.size() * i / count));
      if (cut > Math.max(cuts.getLast(), sizes.getFirst())) {
        cuts.add(cut);
      }
    }
    return cuts;
  }

  private static void place(TreeMap<Double, List<Placed>> bands, List<Double> cuts, Placed placed) {
    double from = cuts.getFirst();
    for (double cut : cuts) {
      from = placed.proposal().size() >= cut ? cut : from;
    }
    bands.computeIfAbsent(from, _ -> new ArrayList<>()).add(placed);
  }

  private static double above(List<Double> cuts, double from) {
    return cuts.stream().filter(cut -> cut > from).findFirst().orElse(Double.POSITIVE_INFINITY);
  }

  private static Band band(double from, double to, List<Placed> placed) {
    // Stable: those of one moment stay as they were.
    var sorted =
        placed.stream().sorted(Comparator.comparing(one -> one.proposal().submitted())).toList();
    return new Band(
        from,
        to,
        sorted.stream().map(Placed::proposal).toList(),
        sorted.stream().map(Placed::judging).toList());
  }

  private Instant begin() {
    return proposals.getFirst().submitted();
  }

  /// What became of those of one half.
  Fates fates(boolean ofJudging) {
    return fates(ofJudging, Collections.nCopies(proposals.size(), true));
  }

  /// What became of those of one half that are marked.
  Fates fates(boolean ofJudging, List<Boolean> marked) {
    var fates = Fates.NONE;
    for (int i = 0; i < proposals.size(); i++) {
      if (judging.get(i) == ofJudging && marked.get(i)) {
        fates = fates.plus(proposals.get(i).fate());
      }
    }
    return fates;
  }
}
