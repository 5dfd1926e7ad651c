package dev.countersign.cli.ledger;

/// Whether a ledger is as it must be, in one line.
///
/// @param line begins with `ok` or `FAILED: `
public record LedgerState(boolean sound, String line) {

  static LedgerState ok(String what) {
    return new LedgerState(true, "ok (" + what + ")");
  }

  /// @param diagnosis the first thing that is wrong
  public static LedgerState failed(String diagnosis) {
    return new LedgerState(false, "FAILED: " + diagnosis);
  }
}
