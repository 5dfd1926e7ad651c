package dev.countersign.benchmarks.loans;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One application, and what became of it.
///
/// @param number the case's number in the log
/// @param amount that was asked for, known at submission
/// @param submitted with the offset of where it was submitted
/// @param decision APPROVED, DECLINED or CANCELLED: how the case ended
/// @param byHuman whether a person decided
/// @param accepted whether the bank was ready to lend; the customer may still have gone away
/// @param events of the whole case: not known before its end
public record LoanApplication(
    String number,
    double amount,
    OffsetDateTime submitted,
    Instant decided,
    String decision,
    boolean byHuman,
    boolean accepted,
    double events) {

  /// All of them, in the order of their submission.
  ///
  /// @param data the folder of the public data
  public static List<LoanApplication> read(Path data) throws IOException {
    var lines =
        Files.readAllLines(data.resolve("7-decisions/loan_applications_2012_first_half.csv"));
    var columns = new HashMap<String, Integer>();
    var names = lines.getFirst().split(",");
    for (int i = 0; i < names.length; i++) {
      columns.put(names[i], i);
    }
    var all = new ArrayList<LoanApplication>();
    for (var line : lines.subList(1, lines.size())) {
      all.add(application(line.split(",", -1), columns));
    }
    all.sort(Comparator.comparing(one -> one.submitted().toInstant()));
    return all;
  }

  private static LoanApplication application(String[] cells, Map<String, Integer> columns) {
    return new LoanApplication(
        cell(cells, columns, "case"),
        Double.parseDouble(cell(cells, columns, "amount_req")),
        OffsetDateTime.parse(cell(cells, columns, "submitted")),
        OffsetDateTime.parse(cell(cells, columns, "decision_time")).toInstant(),
        cell(cells, columns, "decision"),
        cell(cells, columns, "decided_by_human").equals("1"),
        cell(cells, columns, "accepted_by_bank").equals("1"),
        Double.parseDouble(cell(cells, columns, "n_events")));
  }

  private static String cell(String[] cells, Map<String, Integer> columns, String name) {
    return cells[columns.getOrDefault(name, -1)];
  }
}
