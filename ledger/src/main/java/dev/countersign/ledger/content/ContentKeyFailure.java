package dev.countersign.ledger.content;

/// The secret of a day that has content is not the one that is needed; says what to do.
///
/// Nothing was made or changed: another secret would make what is sealed unreadable for good.
public final class ContentKeyFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  ContentKeyFailure(String message) {
    super(message);
  }

  ContentKeyFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
