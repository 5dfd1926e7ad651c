package dev.countersign.trust.laboratory.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Logs that are made by hand or at random.
final class Logs {
  static final Instant BEGIN = Instant.parse("2026-01-01T08:00:00Z");

  private static final List<Fate> FATES = List.of(Fate.values());

  private Logs() {}

  /// Submitted and decided on these days.
  static LoggedProposal proposal(double submitted, double decided, Fate fate) {
    return sized(1, submitted, decided, fate);
  }

  static LoggedProposal sized(double size, double submitted, double decided, Fate fate) {
    return new LoggedProposal(size, day(submitted), day(decided), fate);
  }

  static Instant day(double day) {
    return BEGIN.plus(Duration.ofSeconds(Math.round(day * 86_400)));
  }

  /// One a day, decided an hour later: so many clean, then so many rejected.
  static List<LoggedProposal> daily(int clean, int rejected) {
    var log = new ArrayList<LoggedProposal>();
    for (int i = 0; i < clean + rejected; i++) {
      log.add(proposal(i, i + 1.0 / 24, i < clean ? Fate.SUCCEEDED : Fate.REJECTED));
    }
    return log;
  }

  /// A few a day, decided within a month, with ties; mostly clean where `harm` is small.
  static List<LoggedProposal> random(RandomGenerator random, int length, double harm) {
    var log = new ArrayList<LoggedProposal>();
    for (int i = 0; i < length; i++) {
      int hour = random.nextInt(8 * length);
      int took = random.nextInt(4) == 0 ? random.nextInt(720) : random.nextInt(48);
      log.add(sized(random.nextInt(5), hour / 24.0, (hour + took) / 24.0, fate(random, harm)));
    }
    return log;
  }

  static Fate any(RandomGenerator random) {
    return FATES.get(random.nextInt(FATES.size()));
  }

  private static Fate fate(RandomGenerator random, double harm) {
    return random.nextDouble() < harm ? any(random) : Fate.SUCCEEDED;
  }
}
