package dev.countersign.trust.laboratory;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A story about scopes: how likely each proposal does harm, and who learns of it when.
public enum Scenario {
  CONSTANT("constant", "always 2% over the budget", true, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, OVER * budget, random);
    }
  },
  ADVERSARY(
      "adversary", "at the budget while clean, and half harmful once it was caught", true, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      // After a harm a record is spoilt anyway: then it gets its harms over with.
      int spoilt = 0;
      for (int i = 0; i < life.length; i++) {
        boolean harm = random.nextDouble() < (spoilt > 0 ? 0.5 : budget);
        spoilt = harm && spoilt == 0 ? 10 : Math.max(0, spoilt - 1);
        tell(life, i, harm);
      }
    }
  },
  DELAYED("delayed_harm", "2% over the budget, harm known 1 to 200 proposals later", true, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, OVER * budget, random);
      life.window = 200;
      for (int i = 0; i < life.length; i++) {
        if (life.harm[i]) {
          life.known[i] = i + 1 + random.nextInt(life.window);
        }
      }
    }
  },
  MISSING("missing_outcomes", "2% over the budget, half of the harm never reported", true, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, OVER * budget, random);
      life.window = 50;
      for (int i = 0; i < life.length; i++) {
        if (life.harm[i] && random.nextBoolean()) {
          life.known[i] = Life.NEVER;
        }
      }
    }
  },
  SELECTIVE(
      "selective_reviewers", "2% over the budget, what looks bad is put off for long", true, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, OVER * budget, random);
      life.window = 300;
      for (int i = 0; i < life.length; i++) {
        if (life.harm[i] && random.nextInt(10) < 8) {
          life.known[i] = i + 1 + life.window / 2 + random.nextInt(life.window / 2);
        }
      }
    }
  },
  SPARSE("sparse_evidence", "2% over the budget, 40 proposals in all", true, 40) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, OVER * budget, random);
    }
  },
  SPLITTING("splitting", "2% over the budget, the work split into 10 scopes", true, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, OVER * budget, random);
      life.parts = 10;
    }
  },
  BURSTS("bursts", "0.2% harm, and of 500 the last 60 half harmful", false, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      for (int i = 0; i < life.length; i++) {
        tell(life, i, random.nextDouble() < (i % 500 >= 440 ? 0.5 : 0.002));
      }
      life.change = 440;
    }
  },
  DRIFT("drift", "1% harm for 500, then rising to 21% over 1,500", false, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      life.change = 500;
      for (int i = 0; i < life.length; i++) {
        double rate = 0.01 + 0.20 * Math.max(0, i - life.change) / (life.length - life.change);
        tell(life, i, random.nextDouble() < rate);
      }
    }
  },
  SLEEPER("sleeper", "clean for 1,000, then 20% harm", false, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      life.change = 1000;
      for (int i = 0; i < life.length; i++) {
        tell(life, i, i >= life.change && random.nextDouble() < 0.20);
      }
    }
  },
  COLLUDING(
      "colluding_reviewers", "15% harm, of which reviewers approve nine in ten", false, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      for (int i = 0; i < life.length; i++) {
        tell(life, i, random.nextDouble() < 0.15);
        life.hidden[i] = life.harm[i] && random.nextInt(10) < 9;
      }
    }
  },
  FLAWLESS("flawless", "no harm at all", false, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, 0, random);
    }
  },
  GOOD("good", "a tenth of the budget", false, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, budget / 10, random);
    }
  },
  FAIR("fair", "a fifth of the budget", false, 2000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, budget / 5, random);
    }
  },
  HALF("half", "half of the budget", false, 10_000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, budget / 2, random);
    }
  },
  NEAR("near", "nine tenths of the budget", false, 10_000) {
    @Override
    void fill(Life life, double budget, RandomGenerator random) {
      constant(life, 0.9 * budget, random);
    }
  };

  private static final double OVER = 1.02;

  private final String word;
  private final String shown;
  private final boolean keepsNull;
  private final int length;

  Scenario(String word, String shown, boolean keepsNull, int length) {
    this.word = word;
    this.shown = shown;
    this.keepsNull = keepsNull;
    this.length = length;
  }

  /// Fills in a scope's proposals; those of a constant rate say so by [#rate].
  abstract void fill(Life life, double budget, RandomGenerator random);

  public String word() {
    return word;
  }

  /// What happens, for people.
  public String shown() {
    return shown;
  }

  /// Whether each proposal is at least as likely to do harm as the budget says, given all that came
  /// before: then every promotion is false.
  public boolean keepsNull() {
    return keepsNull;
  }

  /// How many proposals a scope has.
  public int length() {
    return length;
  }

  /// The constant rate of the scenarios in which a promotion is right, by which the best sequential
  /// test is found; empty for the others.
  Optional<Double> rate(double budget) {
    return switch (this) {
      case FLAWLESS -> Optional.of(0.0);
      case GOOD -> Optional.of(budget / 10);
      case FAIR -> Optional.of(budget / 5);
      case HALF -> Optional.of(budget / 2);
      case CONSTANT,
          ADVERSARY,
          DELAYED,
          MISSING,
          SELECTIVE,
          SPARSE,
          SPLITTING,
          BURSTS,
          DRIFT,
          SLEEPER,
          COLLUDING,
          NEAR ->
          Optional.empty();
    };
  }

  public static Optional<Scenario> parse(String word) {
    return Arrays.stream(values()).filter(scenario -> scenario.word.equals(word)).findFirst();
  }

  private static void constant(Life life, double rate, RandomGenerator random) {
    for (int i = 0; i < life.length; i++) {
      tell(life, i, random.nextDouble() < rate);
    }
  }

  private static void tell(Life life, int proposal, boolean harm) {
    life.harm[proposal] = harm;
    life.known[proposal] = proposal;
  }
}
