package dev.countersign.kernel.store;

/// A rule would change in a transaction that was not opened with `Rules.CHANGE`: undo it and run it
/// again with that.
///
/// Little evidence moves a stage, and the exclusive lock stops the whole tenant, so trying without
/// it first is the cheaper way.
public final class RulesMustChange extends IllegalStateException {
  private static final long serialVersionUID = 1;

  RulesMustChange() {
    super("a rule may only change under the exclusive lock");
  }
}
