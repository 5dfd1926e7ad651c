package dev.countersign.trust.laboratory;

import java.util.Arrays;

/// What one contender did with the scopes of one scenario: whole numbers only, so that the sum of
/// the workers' tracks does not depend on who played which scope.
final class Tracks {

  /// Points of the curves.
  static final int POINTS = 40;

  private final int length;
  private long scopes;
  private long promoted;
  private long promotions;
  private long demotions;
  private long ranByItself;
  private long harmsByItself;
  private long harms;
  private long changed;

  /// Scopes by the evidence at their first promotion, and by their delay of demotion.
  final long[] evidence;

  final long[] delays;
  final long[] automaticAt = new long[POINTS];
  final long[] harmAt = new long[POINTS];

  Tracks(int length) {
    this.length = length;
    this.evidence = new long[length + 1];
    this.delays = new long[length + 1];
  }

  /// Plays one life.
  void play(Contender contender, Life life, boolean[] byItself) {
    scopes++;
    int size = life.length / life.parts;
    boolean everPromoted = false;
    for (int part = 0; part < life.parts; part++) {
      contender.enter(part + 1);
      everPromoted |= play(contender, life, byItself, part * size, (part + 1) * size);
    }
    promoted += everPromoted ? 1 : 0;
  }

  private boolean play(Contender contender, Life life, boolean[] byItself, int from, int to) {
    int firstPromotion = -1;
    int loweredAt = -1;
    int entered = from;
    boolean atChange = false;
    for (int now = from; now < to; now++) {
      boolean automatic = contender.automatic();
      byItself[now] = automatic;
      if (now == life.change && automatic && life.change > 0) {
        atChange = true;
      }
      point(now, automatic, life.harm[now]);
      entered = tell(contender, life, byItself, from, now, entered);
      if (automatic != contender.automatic()) {
        entered = now + 1;
        if (automatic) {
          demotions++;
          loweredAt = atChange && loweredAt < 0 ? now : loweredAt;
        } else {
          promotions++;
          firstPromotion = firstPromotion < 0 ? now : firstPromotion;
        }
      }
    }
    if (firstPromotion >= 0) {
      evidence[firstPromotion - from + 1]++;
    }
    if (atChange) {
      changed++;
      delays[(loweredAt < 0 ? to : loweredAt + 1) - life.change]++;
    }
    return firstPromotion >= 0;
  }

  /// Everything that becomes known at this moment, until the mode changes.
  private static int tell(
      Contender contender, Life life, boolean[] byItself, int from, int now, int entered) {
    boolean before = contender.automatic();
    for (int i = life.firstKnown(now); i >= 0; i = life.nextKnown(i)) {
      if (i < from) {
        continue;
      }
      if (byItself[i]) {
        if (contender.automatic()) {
          contender.ran(life.harm[i], false);
        }
      } else if (!contender.automatic()) {
        contender.reviewed(life.harm[i] && !life.hidden[i]);
      }
    }
    int closing = now - life.window;
    // What was proposed before the stage was entered is no evidence for the next step.
    if (closing >= entered && before == contender.automatic()) {
      if (!byItself[closing] && !contender.automatic()) {
        contender.closed(life.harm[closing] && !life.hidden[closing]);
      } else if (byItself[closing] && life.known[closing] == Life.NEVER) {
        contender.ran(true, true);
      }
    }
    return entered;
  }

  private void point(int now, boolean automatic, boolean harm) {
    int point = (int) ((long) now * POINTS / length);
    harms += harm ? 1 : 0;
    if (automatic) {
      ranByItself++;
      automaticAt[point]++;
      if (harm) {
        harmsByItself++;
        harmAt[point]++;
      }
    }
  }

  void add(Tracks other) {
    scopes += other.scopes;
    promoted += other.promoted;
    promotions += other.promotions;
    demotions += other.demotions;
    ranByItself += other.ranByItself;
    harmsByItself += other.harmsByItself;
    harms += other.harms;
    changed += other.changed;
    add(evidence, other.evidence);
    add(delays, other.delays);
    add(automaticAt, other.automaticAt);
    add(harmAt, other.harmAt);
  }

  private static void add(long[] to, long[] from) {
    Arrays.setAll(to, i -> to[i] + from[i]);
  }

  Result result(String contender) {
    return new Result(
        contender,
        new Share(promoted, scopes),
        Result.median(evidence),
        new Share(changed, scopes),
        Result.median(delays),
        (double) harmsByItself / scopes,
        harms == 0 ? 0 : (double) harmsByItself / harms,
        (double) ranByItself / ((double) scopes * length),
        (double) (promotions + demotions) * 10_000 / ((double) scopes * length),
        curve(automaticAt),
        curve(harmAt));
  }

  private java.util.List<Double> curve(long[] at) {
    double perPoint = (double) scopes * length / POINTS;
    return Arrays.stream(at).mapToObj(count -> count / perPoint).toList();
  }
}
