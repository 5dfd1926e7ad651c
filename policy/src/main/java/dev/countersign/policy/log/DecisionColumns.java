package dev.countersign.policy.log;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.policy.log.LoggedDecision.Erased;
import dev.countersign.policy.log.LoggedDecision.Kept;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The table that an export of decisions writes: always these columns, in this order.
///
/// A cell that a spreadsheet would take for a formula gets a leading apostrophe: a model may be
/// named by whoever asks, and the auditor who opens the file is not to run what he wrote.
public final class DecisionColumns {
  public static final List<String> HEADER =
      List.of(
          "time",
          "decision_id",
          "log_index",
          "tenant_id",
          "erased",
          "actor",
          "model",
          "operation",
          "outcome",
          "allowed",
          "risk_score",
          "reason",
          "reasons",
          "determining_policies",
          "errored_policies",
          "policy_version",
          "latency_micros",
          "trace_id",
          "request");

  /// What makes a spreadsheet calculate, or leave the cell.
  private static final String FORMULA = "=+-@\t\r\n";

  private DecisionColumns() {}

  /// One cell for each column; those that are not known are empty.
  public static List<String> cells(LoggedDecision decision) {
    return switch (decision) {
      case Erased erased -> HEADER.stream().map(column -> head(column, erased, true)).toList();
      case Kept kept -> HEADER.stream().map(column -> safe(cell(column, kept))).toList();
    };
  }

  private static String head(String column, LoggedDecision decision, boolean erased) {
    return switch (column) {
      case "time" -> decision.time().toString();
      case "decision_id" -> decision.decisionId().toString();
      case "log_index" -> Long.toString(decision.logIndex());
      case "tenant_id" -> decision.tenant().toString();
      case "erased" -> Boolean.toString(erased);
      default -> "";
    };
  }

  private static String cell(String column, Kept kept) {
    return switch (column) {
      case "actor" -> kept.actor();
      case "model" -> kept.model().orElse("");
      case "operation" -> kept.operation().orElse("");
      case "allowed" -> Boolean.toString(kept.allowed());
      case "reasons" ->
          kept.reasons()
              .map(reason -> plain(reason.member("policy")) + ":" + plain(reason.member("points")))
              .collect(Collectors.joining(" "));
      case "determining_policies", "errored_policies" ->
          Kept.texts(kept.details().items(column)).collect(Collectors.joining(" "));
      case "outcome", "risk_score", "reason", "policy_version", "latency_micros" ->
          plain(kept.details().member(column));
      case "trace_id" -> plain(kept.entry().member(column));
      case "request" -> kept.details().member(column).map(CanonicalJson::text).orElse("");
      default -> head(column, kept, false);
    };
  }

  private static String plain(Optional<Json> value) {
    return value
        .map(found ->
            switch (found) {
              case JsonString(var text) -> text;
              case JsonNumber number when number.integral() -> Long.toString((long) number.value());
              default -> CanonicalJson.text(found);
            })
        .orElse("");
  }

  private static String safe(String cell) {
    return !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
  }
}
