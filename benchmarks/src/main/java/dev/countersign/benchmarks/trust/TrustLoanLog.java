package dev.countersign.benchmarks.trust;

import dev.countersign.benchmarks.loans.LoanApplication;
import dev.countersign.kernel.CanonicalJson;
import dev.countersign.trust.Setting;
import dev.countersign.trust.laboratory.Share;
import dev.countersign.trust.laboratory.log.Fate;
import dev.countersign.trust.laboratory.log.LogLaboratory;
import dev.countersign.trust.laboratory.log.LogPlan;
import dev.countersign.trust.laboratory.log.LogReport;
import dev.countersign.trust.laboratory.log.LoggedProposal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/// Plays the log of real loan applications half by half and prints the report; its JSON goes to a
/// file if one is named.
public final class TrustLoanLog {
  private static final List<Double> BUDGETS = List.of(0.01, 0.05, 0.20, 0.50);

  /// One scope; quarters and tenths by the amount asked for.
  private static final List<Integer> BANDS = List.of(1, 4, 10);

  /// Days from a submission to its decision.
  private static final List<Integer> SPEEDS = List.of(0, 1, 7, 14, 30);

  private TrustLoanLog() {}

  /// @param args the folder of the public data, file for the JSON; the second may be left out
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      throw new IllegalArgumentException("say the folder of the public data");
    }
    var applications = LoanApplication.read(Path.of(args[0]));
    var log = proposals(applications);
    System.out.println(heading(applications, log));
    System.out.println(bySpeed(log));
    var report = play(log);
    System.out.print(report.toText());
    if (args.length > 1) {
      Files.writeString(Path.of(args[1]), CanonicalJson.text(report.toJson()));
    }
  }

  private static String heading(List<LoanApplication> applications, List<LoggedProposal> log) {
    long rejected = log.stream().filter(one -> one.fate() == Fate.REJECTED).count();
    long cancelled =
        applications.stream()
            .filter(one -> one.byHuman() && !one.accepted() && one.decision().equals("CANCELLED"))
            .count();
    return String.format(
        Locale.ROOT,
        "%,d applications, of them %,d decided by people; %,d of these rejected, of which %,d the"
            + " customer took back before the bank had accepted",
        applications.size(),
        log.size(),
        rejected,
        cancelled);
  }

  private static String bySpeed(List<LoggedProposal> log) {
    var shown = new StringJoiner("; ");
    for (int i = 0; i < SPEEDS.size(); i++) {
      int from = SPEEDS.get(i);
      int to = i + 1 < SPEEDS.size() ? SPEEDS.get(i + 1) : Integer.MAX_VALUE;
      var share = harm(log, from, to);
      shown.add(
          String.format(
              Locale.ROOT, "from %d %.1f%% of %,d", from, 100 * share.value(), share.of()));
    }
    return "rejected or failed, by days from submission to decision: " + shown;
  }

  /// The share that was rejected or failed, of those decided so many days after their submission.
  static Share harm(List<LoggedProposal> log, int fromDays, int toDays) {
    var some =
        log.stream()
            .filter(one -> {
              long days = Duration.between(one.submitted(), one.decided()).toDays();
              return days >= fromDays && days < toDays;
            })
            .map(LoggedProposal::fate)
            .toList();
    long harm = some.stream().filter(fate -> fate == Fate.REJECTED || fate == Fate.FAILED).count();
    return new Share(harm, some.size());
  }

  static LogReport play(List<LoggedProposal> log) {
    return new LogLaboratory().play(new LogPlan(log, BUDGETS, BANDS, Setting.DEFAULT_RISK));
  }

  /// Those that people decided about, as the replay of the log tells them: proposed at submission,
  /// approved where the bank accepted, and the outcome is how the case ended.
  static List<LoggedProposal> proposals(List<LoanApplication> applications) {
    return applications.stream()
        .filter(LoanApplication::byHuman)
        .map(one ->
            new LoggedProposal(one.amount(), one.submitted().toInstant(), one.decided(), fate(one)))
        .toList();
  }

  private static Fate fate(LoanApplication one) {
    if (!one.accepted()) {
      return Fate.REJECTED;
    }
    return switch (one.decision()) {
      case "APPROVED" -> Fate.SUCCEEDED;
      case "DECLINED" -> Fate.FAILED;
      case "CANCELLED" -> Fate.UNOBSERVED;
      default ->
          throw new IllegalArgumentException("there is no decision `" + one.decision() + "`");
    };
  }
}
