package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.sequential.PromotionTest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How many clean proposals beside so many harms reach a line: what [PromotionTest#cleanMissing]
/// says, remembered. For one thread.
final class CleanNeeded {

  /// More harms than a life of [LadderScenario#LONGEST] at the largest budget could outweigh.
  private static final int MOST_HARMS = 1 << 16;

  private final Map<Attempt, Column> columns = new HashMap<>();

  private record Attempt(double budget, double line) {}

  /// What is needed at one line, by the harms.
  static final class Column {
    private final double budget;
    private final double line;
    private long[] needed = new long[8];

    private Column(double budget, double line) {
      this.budget = budget;
      this.line = line;
    }

    long of(int harms) {
      if (harms >= MOST_HARMS) {
        return Long.MAX_VALUE;
      }
      if (harms >= needed.length) {
        needed = Arrays.copyOf(needed, Math.max(harms + 1, 2 * needed.length));
      }
      if (needed[harms] == 0) {
        needed[harms] = new PromotionTest(budget, 0, harms, List.of()).cleanMissing(line);
      }
      return needed[harms];
    }
  }

  Column column(double budget, double line) {
    return columns.computeIfAbsent(new Attempt(budget, line), _ -> new Column(budget, line));
  }
}
