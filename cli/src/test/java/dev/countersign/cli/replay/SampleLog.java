package dev.countersign.cli.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.SplittableRandom;

/// Makes the small log that ships: invented applications of the shape of a real log.
///
/// Two thirds are decided by a person, small sums are approved more often, and a few approvals turn
/// out badly. Run [#main] to write it anew; `CaseLogTest` holds the file to this.
final class SampleLog {
  private static final String HEADER =
      "case,amount_req,submitted,weekday,hour,decision,decision_time,decided_by_human,accepted_by_bank";
  private static final Instant START = Instant.parse("2026-01-05T08:00:00Z");
  private static final int CASES = 200;
  private static final long SEED = 20260105;

  private SampleLog() {}

  public static void main(String[] arguments) throws IOException {
    Files.writeString(folder().resolve("sample-applications.csv"), text());
  }

  /// `packs/replay`, seen from this module's folder.
  static Path folder() {
    return Path.of("..", "packs", "replay");
  }

  static String text() {
    var random = new SplittableRandom(SEED);
    var text = new StringBuilder(HEADER).append('\n');
    var at = START;
    for (int i = 0; i < CASES; i++) {
      at = at.plus(Duration.ofSeconds(60 + random.nextLong(6 * 3600)));
      text.append(row(random, 1001 + i, at)).append('\n');
    }
    return text.toString();
  }

  private static String row(SplittableRandom random, int number, Instant submitted) {
    long amount = 500 * (1 + random.nextLong(80));
    boolean person = random.nextInt(100) < 65;
    boolean accepted = person && random.nextInt(100) < 85 - amount / 600;
    var wait =
        person
            ? Duration.ofMinutes(10 + random.nextLong(14 * 24 * 60))
            : Duration.ofSeconds(1 + random.nextLong(60));
    var time = submitted.atOffset(ZoneOffset.UTC);
    return String.join(
        ",",
        "A-" + number,
        Long.toString(amount),
        written(time),
        Integer.toString(time.getDayOfWeek().getValue() - 1),
        Integer.toString(time.getHour()),
        accepted ? outcome(random) : random.nextInt(100) < 85 ? "DECLINED" : "CANCELLED",
        written(time.plus(wait)),
        person ? "1" : "0",
        accepted ? "1" : "0");
  }

  private static String outcome(SplittableRandom random) {
    int draw = random.nextInt(100);
    return draw < 70 ? "APPROVED" : draw < 85 ? "DECLINED" : "CANCELLED";
  }

  private static String written(OffsetDateTime time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString().toUpperCase(Locale.ROOT);
  }
}
