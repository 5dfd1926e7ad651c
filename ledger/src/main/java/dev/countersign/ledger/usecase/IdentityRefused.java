package dev.countersign.ledger.usecase;

/// This node is not the log, or not the witness, that the database knows: it must not start, nor
/// sign anything. The message names the file; the hint says what to do.
public final class IdentityRefused extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String hint;

  IdentityRefused(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  public String hint() {
    return hint;
  }
}
