package dev.countersign.trust.laboratory.log;

import java.time.Instant;

/// A proposal of a log, about which a person decided.
///
/// @param size by which scopes are told apart, as an amount; known at submission
/// @param submitted when it was proposed
/// @param decided when a person decided; an approved one was carried out then, and what came of it
///   was known right after, if ever
public record LoggedProposal(double size, Instant submitted, Instant decided, Fate fate) {
  public LoggedProposal {
    if (!Double.isFinite(size)) {
      throw new IllegalArgumentException("a size is a number, not `" + size + "`");
    }
    if (decided.isBefore(submitted)) {
      throw new IllegalArgumentException("nothing is decided before it is submitted");
    }
  }
}
