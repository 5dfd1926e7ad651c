package dev.countersign.trust.laboratory.ladder;

/// What comes of a proposal.
enum Fate {
  CLEAN,
  /// Known at once: whoever decides rejects it; where nobody does, it does harm.
  HARM,
  /// It is let through, or runs, and the harm is the worst there is.
  SEVERE,
  /// It is let through, or runs, and the harm is known later or never.
  LATE
}
