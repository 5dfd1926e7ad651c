package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Stage;
import java.util.random.RandomGenerator;

/// The stories that are no constant rate.
final class Natures {
  private Natures() {}

  /// At the budget of the next step while clean, half harmful once a harm was seen.
  static final class Adversary extends Nature {
    @Override
    double rate(int moment, Seen seen) {
      return seen.caught() ? 0.5 : seen.nextBudget();
    }
  }

  /// At the budget of the next step; a record that is spoilt it wipes out by a severe harm, and
  /// tries again.
  static final class Restarter extends Nature {
    @Override
    double rate(int moment, Seen seen) {
      return seen.nextBudget();
    }

    @Override
    boolean severe(Seen seen) {
      return seen.spoilt();
    }
  }

  /// Tries to cheat at each step, as long as the record is not spoilt, then earns it honestly; at
  /// the last one it wipes everything out and begins again.
  static final class Climber extends Nature {
    @Override
    double rate(int moment, Seen seen) {
      return seen.spoilt() ? 0 : seen.nextBudget();
    }

    @Override
    boolean severe(Seen seen) {
      return seen.stage() == Stage.FULL_AUTO
          || (seen.stage() == Stage.CONDITIONAL_AUTO && seen.spoilt());
    }
  }

  /// A constant rate, and a harm that is known when this says.
  static final class Late extends Nature {
    private final double rate;
    private final int from;
    private final int to;
    private final double share;
    private final boolean never;

    /// @param share of the harms, known between `from` and `to` moments later; the others at once
    /// @param never instead of later
    Late(double rate, int from, int to, double share, boolean never) {
      this.rate = rate;
      this.from = from;
      this.to = to;
      this.share = share;
      this.never = never;
    }

    @Override
    double rate(int moment, Seen seen) {
      return rate;
    }

    @Override
    int delay(RandomGenerator random) {
      if (random.nextDouble() >= share) {
        return AT_ONCE;
      }
      return never ? NEVER : random.nextInt(from, to + 1);
    }
  }

  /// A rate until a moment, and another from then on.
  static final class Sleeper extends Nature {
    private final int wakes;
    private final double before;
    private final double after;

    Sleeper(int wakes, double before, double after) {
      this.wakes = wakes;
      this.before = before;
      this.after = after;
    }

    @Override
    double rate(int moment, Seen seen) {
      return moment < wakes ? before : after;
    }

    @Override
    int until(int moment) {
      return moment < wakes ? wakes : Integer.MAX_VALUE;
    }
  }

  /// Rises from one rate to another, a little every hundred proposals.
  static final class Drift extends Nature {
    private static final int STEP = 100;
    private final int begins;
    private final int ends;
    private final double before;
    private final double after;

    Drift(int begins, int ends, double before, double after) {
      this.begins = begins;
      this.ends = ends;
      this.before = before;
      this.after = after;
    }

    @Override
    double rate(int moment, Seen seen) {
      double way = (double) (moment / STEP * STEP - begins) / (ends - begins);
      return before + (after - before) * Math.clamp(way, 0, 1);
    }

    @Override
    int until(int moment) {
      return (moment / STEP + 1) * STEP;
    }
  }

  /// Of so many proposals the last ones are half harmful.
  static final class Bursts extends Nature {
    private final int every;
    private final int last;
    private final double usual;

    Bursts(int every, int last, double usual) {
      this.every = every;
      this.last = last;
      this.usual = usual;
    }

    @Override
    double rate(int moment, Seen seen) {
      return moment % every >= every - last ? 0.5 : usual;
    }

    @Override
    int until(int moment) {
      int begins = moment / every * every;
      return moment % every >= every - last ? begins + every : begins + every - last;
    }
  }

  /// A constant rate, of which reviewers hide nine in ten.
  static final class Colluding extends Nature {
    private final double rate;

    Colluding(double rate) {
      this.rate = rate;
    }

    @Override
    double rate(int moment, Seen seen) {
      return rate;
    }

    @Override
    boolean hides(RandomGenerator random) {
      return random.nextInt(10) < 9;
    }
  }
}
