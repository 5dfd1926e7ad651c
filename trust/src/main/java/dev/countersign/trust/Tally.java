package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// What happened to the proposals that met a scope at one stage: plain counts, undecayed.
///
/// Answers the question of a replay: had all of them run automatically, how many would have been
/// wrong? A proposal belongs to the stage at which it was decided, or executed if nobody decided,
/// however late its outcome comes.
///
/// @param undecided proposals that were executed without a person's decision
/// @param failed observed failures, rollbacks among them
/// @param overdue executions whose outcome is still missing after its deadline
/// @param harmful outcomes of severity minor or above, rollbacks, and the overdue
public record Tally(
    long decided,
    long rejected,
    long undecided,
    long executed,
    long succeeded,
    long failed,
    long overdue,
    long harmful) {

  static final Tally EMPTY = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

  /// All proposals of the stage: the M in "N of M would have been wrong".
  public long judged() {
    return decided + undecided;
  }

  /// Those that full automation would have got wrong: a person rejected them, or they did harm.
  public long wrong() {
    return rejected + harmful;
  }

  /// Executions of which nothing is known yet; [#wrong] may still grow by so many.
  public long awaited() {
    return executed - succeeded - failed - overdue;
  }

  Tally decided(boolean approved) {
    return new Tally(
        decided + 1,
        rejected + (approved ? 0 : 1),
        undecided,
        executed,
        succeeded,
        failed,
        overdue,
        harmful);
  }

  Tally executed(boolean withoutDecision) {
    return new Tally(
        decided,
        rejected,
        undecided + (withoutDecision ? 1 : 0),
        executed + 1,
        succeeded,
        failed,
        overdue,
        harmful);
  }

  /// Adds (`sign` 1) or takes back (`sign` -1) an outcome.
  Tally outcome(boolean success, boolean harm, int sign) {
    return new Tally(
        decided,
        rejected,
        undecided,
        executed,
        succeeded + (success ? sign : 0),
        failed + (success ? 0 : sign),
        overdue,
        harmful + (harm ? sign : 0));
  }

  /// Adds (`sign` 1) or takes back (`sign` -1) an overdue outcome, which counts as harm.
  Tally overdue(int sign) {
    return new Tally(
        decided, rejected, undecided, executed, succeeded, failed, overdue + sign, harmful + sign);
  }

  public JsonObject toJson() {
    return Json.object()
        .put("decided", decided)
        .put("rejected", rejected)
        .put("undecided", undecided)
        .put("executed", executed)
        .put("succeeded", succeeded)
        .put("failed", failed)
        .put("overdue", overdue)
        .put("harmful", harmful)
        .build();
  }

  static Tally fromJson(JsonObject json) {
    return new Tally(
        Stored.count(json, "decided"),
        Stored.count(json, "rejected"),
        Stored.count(json, "undecided"),
        Stored.count(json, "executed"),
        Stored.count(json, "succeeded"),
        Stored.count(json, "failed"),
        Stored.count(json, "overdue"),
        Stored.count(json, "harmful"));
  }
}
