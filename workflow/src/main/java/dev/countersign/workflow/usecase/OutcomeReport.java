package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.trust.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What somebody observed of an execution.
///
/// @param severity none for a success and minor for a failure, unless he says otherwise
/// @param source how he knows: `payer`, `survey`
public record OutcomeReport(
    boolean success,
    Severity severity,
    Optional<String> observedError,
    Optional<Long> timeSavedSeconds,
    Optional<String> source,
    Optional<Instant> occurredAt) {

  static final int LONGEST_ERROR = 500;
  private static final int LONGEST_SOURCE = 100;
  private static final long MOST_SAVED_SECONDS = Duration.ofDays(366).toSeconds();

  /// Throws `Refusal.Invalid` with every problem.
  public static OutcomeReport parse(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    var report = read(fields, profile);
    fields.done();
    return report;
  }

  /// What somebody found out later.
  ///
  /// @param corrects the revision that he knew, 1 for the first report
  /// @param report instead of it
  public record Correction(int corrects, OutcomeReport report) {}

  /// Reads a report with `corrects`; throws `Refusal.Invalid` with every problem.
  public static Correction correction(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    var corrects = fields.integer("corrects", 1, ReportOutcome.MOST_REVISIONS);
    var report = read(fields, profile);
    fields.done();
    return new Correction((int) corrects, report);
  }

  private static OutcomeReport read(Fields fields, TenantProfile profile) {
    boolean success = fields.truth("success");
    var severity =
        fields
            .optionalWord("severity", "none", "minor", "major", "severe")
            .flatMap(Severity::parse)
            .orElse(success ? Severity.NONE : Severity.MINOR);
    if (success && severity == Severity.SEVERE) {
      // Of the two one is a slip, and it would demote at once or hide a harm.
      fields.problem("severity", "wrong_value", "contradicts `success`: severe harm is no success");
    }
    var error = fields.optionalString("observed_error", 0, LONGEST_ERROR);
    var saved = fields.optionalInteger("time_saved_seconds", 0, MOST_SAVED_SECONDS);
    var source = fields.optionalString("source", 1, LONGEST_SOURCE);
    var occurredAt = profile.occurredAt(fields);
    return new OutcomeReport(success, severity, error, saved, source, occurredAt);
  }
}
