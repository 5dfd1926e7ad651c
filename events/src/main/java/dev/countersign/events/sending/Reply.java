package dev.countersign.events.sending;

import java.util.Optional;

/// What came of a request.
public sealed interface Reply {

  /// The receiver answered; only 2xx says that it has the event.
  record Answered(int code) implements Reply {}

  record Unanswered(Why why) implements Reply {}

  /// Why there is no answer. No more is told: what a connection to somewhere says in detail is for
  /// whoever may look there himself.
  enum Why {
    UNRESOLVED("unresolved"),
    ADDRESS_NOT_ALLOWED("address_not_allowed"),
    NOT_ENCRYPTED("not_encrypted"),
    UNREACHABLE("unreachable"),
    UNTRUSTED("untrusted"),
    TIMED_OUT("timed_out"),
    NOT_HTTP("not_http");

    private final String word;

    Why(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  default boolean taken() {
    return this instanceof Answered(int code) && code >= 200 && code < 300;
  }

  default Optional<Integer> status() {
    return switch (this) {
      case Answered(int code) -> Optional.of(code);
      case Unanswered _ -> Optional.empty();
    };
  }

  /// Why it was in vain, in a word; empty if it was not.
  default Optional<String> error() {
    return switch (this) {
      case Answered _ -> taken() ? Optional.empty() : Optional.of("refused");
      case Unanswered(var why) -> Optional.of(why.word());
    };
  }
}
