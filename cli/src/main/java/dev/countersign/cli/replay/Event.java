package dev.countersign.cli.replay;

import java.time.Instant;

/// Something that happened to a case, at its time.
sealed interface Event {

  LoggedCase subject();

  Instant at();

  /// The case came in; what a person decided later is proposed at once.
  record Submitted(LoggedCase subject) implements Event {
    @Override
    public Instant at() {
      return subject.submitted();
    }
  }

  /// A person decided.
  record Decided(LoggedCase subject, LoggedCase.Decision decision) implements Event {
    @Override
    public Instant at() {
      return decision.at();
    }
  }
}
