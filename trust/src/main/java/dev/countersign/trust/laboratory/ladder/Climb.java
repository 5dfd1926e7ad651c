package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Function;

/// Lets scopes of one scenario live, one after the other, on one [Ladder].
///
/// From one moment at which something can happen to the next: what is not drawn in an automatic
/// mode, and is clean, is left to [Ladder#run]. The same seed gives the same proposals as long as
/// the stages are the same. Mutable, one per worker.
final class Climb {

  /// From here on one draw for each is quicker than a logarithm.
  private static final double OFTEN = 0.02;

  private final LadderScenario scenario;
  private final Setting setting;
  private final Ladder ladder;
  private final Nature nature;
  private final Seen seen;

  /// Moment of the news, then the proposal: what is overdue first.
  private final PriorityQueue<News> news = new PriorityQueue<>();

  /// What people looked at since the stage was entered, and how likely each was to do harm.
  private int[] lookedAt = new int[64];

  private double[] rates = new double[64];
  private int looked;

  private SplittableRandom random = new SplittableRandom(0);
  private double rate;
  private int nextHarm;
  private int nextDraw;
  private Life life = new Life();

  private record News(int moment, boolean known, int proposal) implements Comparable<News> {
    @Override
    public int compareTo(News other) {
      int order = Integer.compare(moment, other.moment);
      order = order == 0 ? Boolean.compare(known, other.known) : order;
      return order == 0 ? Integer.compare(proposal, other.proposal) : order;
    }
  }

  /// What a scope did, by its parts.
  static final class Life {
    final List<List<Move>> moves = new ArrayList<>();
    long runs;
    long harmfulRuns;
    long harms;
  }

  Climb(LadderScenario scenario, Setting setting, Function<Moves, Ladder> ladder) {
    this.scenario = scenario;
    this.setting = setting;
    this.nature = scenario.nature();
    this.seen = new Seen(setting);
    this.ladder = ladder.apply(this::moved);
  }

  /// Plays one scope.
  Life live(long seed) {
    life = new Life();
    random = new SplittableRandom(seed);
    for (int part = 1; part <= scenario.parts(); part++) {
      life.moves.add(new ArrayList<>());
      ladder.enter(part);
      begun(Stage.OBSERVE);
      news.clear();
      rate = Double.NaN;
      nextHarm = -1;
      nextDraw = -1;
      live(scenario.length() / scenario.parts());
    }
    return life;
  }

  private void live(int length) {
    int now = 0;
    while (now < length) {
      tell(now);
      boolean severe = nature.severe(seen);
      if (!severe) {
        aim(now);
      }
      int next = ladder.stage().automatic() && !severe ? Math.min(length, next(now)) : now;
      if (next > now) {
        int until = ladder.run(now, next);
        life.runs += until - now;
        now = until;
      } else {
        happen(now, severe);
        now++;
      }
    }
  }

  private void tell(int now) {
    while (!news.isEmpty() && news.peek().moment() == now) {
      var item = news.remove();
      if (item.known()) {
        ladder.harm(now, item.proposal());
      } else {
        ladder.overdue(now, item.proposal());
      }
    }
  }

  private void aim(int now) {
    double wanted = nature.rate(now, seen);
    // A constant rate has no memory: a gap that was drawn before goes on.
    if (wanted != rate || nextHarm < now) {
      rate = wanted;
      nextHarm = now + gap(rate);
    }
  }

  /// The next moment at which anything but a clean run happens.
  private int next(int now) {
    if (nextDraw < now) {
      nextDraw = now + gap(Pace.AUDIT_SHARE);
    }
    int next = Math.min(Math.min(nextHarm, nextDraw), nature.until(now));
    return news.isEmpty() ? next : Math.min(next, news.peek().moment());
  }

  /// How many do not happen before the first one that does.
  private int gap(double probability) {
    if (probability >= OFTEN) {
      int gap = 0;
      while (random.nextDouble() >= probability) {
        gap++;
      }
      return gap;
    }
    double gap = StrictMath.log(1 - random.nextDouble()) / StrictMath.log1p(-probability);
    // Beyond every life, and two of them are still a whole number.
    return gap < LadderScenario.LONGEST ? (int) gap : LadderScenario.LONGEST;
  }

  private void happen(int now, boolean severe) {
    boolean automatic = ladder.stage().automatic();
    boolean decided = !automatic || nextDraw == now;
    boolean harm = severe || nextHarm == now;
    var fate = severe ? Fate.SEVERE : harm ? harmful(now, decided) : Fate.CLEAN;
    life.harms += harm ? 1 : 0;
    if (decided) {
      note(now, severe ? 1 : rate);
      if (fate == Fate.CLEAN || fate == Fate.HARM) {
        seen.counted(fate == Fate.HARM);
      }
    } else {
      life.runs++;
      life.harmfulRuns += harm ? 1 : 0;
    }
    ladder.propose(now, decided, fate);
    if (severe) {
      begun(ladder.stage());
    }
  }

  private Fate harmful(int now, boolean decided) {
    if (decided && nature.hides(random)) {
      return Fate.CLEAN;
    }
    int delay = nature.delay(random);
    if (delay == Nature.AT_ONCE) {
      return Fate.HARM;
    }
    boolean known = delay != Nature.NEVER;
    int at = known ? now + delay : now + scenario.window() + 1;
    news.add(new News(at, known, now));
    return Fate.LATE;
  }

  private void note(int now, double likely) {
    if (looked == rates.length) {
      lookedAt = Arrays.copyOf(lookedAt, 2 * looked);
      rates = Arrays.copyOf(rates, 2 * looked);
    }
    lookedAt[looked] = now;
    rates[looked] = likely;
    looked++;
  }

  private void begun(Stage stage) {
    looked = 0;
    seen.entered(stage);
  }

  private void moved(int moment, Stage from, Stage to) {
    boolean promotion = to.compareTo(from) > 0;
    life.moves.getLast().add(new Move(moment, from, to, promotion && falsely(moment, from)));
    begun(to);
  }

  /// Whether all that was counted kept the null. What waits at the head of the line and was lost
  /// counts earlier than its window closes; it is left out here, which finds more false.
  private boolean falsely(int moment, Stage from) {
    double budget = setting.stepFrom(from).orElseThrow().harmBudget();
    for (int i = 0; i < looked && lookedAt[i] + scenario.window() < moment; i++) {
      if (rates[i] < budget) {
        return false;
      }
    }
    return true;
  }
}
