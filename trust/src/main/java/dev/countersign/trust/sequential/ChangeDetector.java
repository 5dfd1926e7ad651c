package dev.countersign.trust.sequential;

/// Notices that the rate of harm has risen over its budget e, whatever it has risen to.
///
/// For each of five rates q over e it keeps the Shiryaev-Roberts statistic R = (1 + R) L, L the
/// likelihood ratio of q against e of each outcome: q / e for a harm, (1 - q) / (1 - e) for none
/// (Shiryaev 1963, Roberts 1966). Their mean is compared with one line, which makes it an
/// e-detector in the sense of Shin, Ramdas and Rinaldo (E-detectors, New England Journal of
/// Statistics in Data Science 2, 2023): at every rate up to e, also one that an adversary varies,
/// mean minus number of outcomes is a supermartingale, so the mean run to the line A is at least A
/// less the start. The streak rule is such a statistic too, that of the rate 1, so for both rules
/// together there is a line for which a mean run of 10,000 is proved ([#provedLine]). That wastes
/// what the last harm carries over the line; [#line] is lower, found by simulation so that this
/// detector *and* the streak rule together have a mean run of at least 10,000 at the rate e
/// ([DetectorLines]). A lower rate never alarms earlier, since a harm only raises a statistic.
///
/// It starts where a long run without harm leads, R = (1 - q) / (q - e). Below that it never comes
/// again, so the delay from the start is the longest that any history before the change can cause.
///
/// Immutable and safe for use by many threads. Multiplications and additions only: exactly rounded.
public final class ChangeDetector {

  /// At how many rates it looks.
  static final int RATES = 5;

  /// No mean run between false alarms is shorter, all rules of demotion together.
  public static final double LEAST_MEAN_RUN = 10_000;

  /// A rate that is not twice the budget is found by the bet on twice the budget, a little later.
  private static final double LOWEST = 2;

  /// Beyond this a harm or two tell the same.
  private static final double HIGHEST = 0.6;

  private final double budget;
  private final double line;
  private final double[] harmful = new double[RATES];
  private final double[] clean = new double[RATES];
  private final Suspicion start;

  private ChangeDetector(double budget, double line) {
    this.budget = Budgets.checked(budget);
    this.line = line;
    double[] first = new double[RATES];
    double lowest = odds(LOWEST * budget);
    double ratio = StrictMath.pow(odds(HIGHEST) / lowest, 1.0 / (RATES - 1));
    double at = lowest;
    for (int i = 0; i < RATES; i++) {
      double rate = at / (1 + at);
      harmful[i] = rate / budget;
      clean[i] = (1 - rate) / (1 - budget);
      first[i] = (1 - rate) / (rate - budget);
      at *= ratio;
    }
    this.start = new Suspicion(first);
  }

  /// The detector of a stage whose error budget is `budget`.
  public static ChangeDetector of(double budget) {
    return new ChangeDetector(budget, DetectorLines.of(budget));
  }

  /// With another line, to find the right one.
  static ChangeDetector withLine(double budget, double line) {
    return new ChangeDetector(budget, line);
  }

  private static double odds(double rate) {
    return rate / (1 - rate);
  }

  public double budget() {
    return budget;
  }

  /// What is suspected when a stage is entered.
  public Suspicion start() {
    return start;
  }

  /// What is suspected after one more outcome.
  public Suspicion next(Suspicion before, boolean harm) {
    double[] factors = harm ? harmful : clean;
    double[] after = new double[RATES];
    for (int i = 0; i < RATES; i++) {
      after[i] = (1 + before.at(i)) * factors[i];
    }
    return new Suspicion(after);
  }

  /// What is suspected after so many outcomes without harm: what [#next] gives but for rounding, in
  /// one step. For simulations; a state that is replayed is computed outcome by outcome.
  public Suspicion afterClean(Suspicion before, long outcomes) {
    double[] after = new double[RATES];
    for (int i = 0; i < RATES; i++) {
      // The distance to where a long run without harm leads shrinks by the factor each time.
      double rest = start.at(i);
      after[i] = rest + (before.at(i) - rest) * power(clean[i], outcomes);
    }
    return new Suspicion(after);
  }

  /// By squaring: much quicker than a logarithm for what lies between two harms.
  private static double power(double base, long exponent) {
    double power = 1;
    double square = base;
    for (long rest = exponent; rest > 0; rest >>= 1) {
      power *= (rest & 1) == 1 ? square : 1;
      square *= square;
    }
    return power;
  }

  /// Whether the rate has risen; whoever acts on it MUST start anew.
  public boolean alarm(Suspicion suspicion) {
    return suspicion.level() >= line;
  }

  /// The calibrated line, for the level of a [Suspicion].
  public double line() {
    return line;
  }

  /// The line with which a mean run of 10,000 of this detector and the streak rule together is
  /// proved, at every rate up to the budget; it is shown and reported beside [#line], and alarms
  /// later ([DetectorLines#proved]).
  public double provedLine() {
    return DetectorLines.proved(budget, start.level());
  }

  /// The same detector with its proved line, to measure one beside the other.
  public ChangeDetector withProvedLine() {
    return new ChangeDetector(budget, provedLine());
  }
}
