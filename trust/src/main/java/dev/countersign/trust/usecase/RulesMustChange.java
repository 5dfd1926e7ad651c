package dev.countersign.trust.usecase;

/// The event changes a stage, but the transaction was not opened with `Rules.CHANGE`: undo it and
/// run it again with that.
///
/// Few events change a stage, and the exclusive lock stops the whole tenant, so trying without it
/// first is the cheaper way.
public final class RulesMustChange extends RuntimeException {
  private static final long serialVersionUID = 1;

  RulesMustChange(Throwable cause) {
    super("the event changes a stage, which needs the exclusive lock", cause, false, false);
  }
}
