package dev.countersign.ledger;

/// A text or bytes that are not in one of the ledger's formats; the message says what is wrong.
///
/// Nothing is ever guessed from such data: whoever reads it refuses the whole of it.
public final class MalformedLedgerData extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MalformedLedgerData(String message) {
    super(message);
  }

  public MalformedLedgerData(String message, Throwable cause) {
    super(message, cause);
  }
}
