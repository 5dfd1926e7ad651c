package dev.countersign.trust;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/// One committed ledger entry that says something about a scope, with the entry's time.
///
/// MUST be folded in ledger order. Times are kept to the microsecond, as the database keeps them,
/// so that a replay from stored rows is the same bit for bit.
public sealed interface TrustEvent {

  Instant at();

  /// A person's decision about a proposal. A deferral is none.
  ///
  /// @param independent whether the decider is neither the proposer nor simulated
  /// @param occasion why a person had to say; decides whether a rejection is an override
  record Decided(
      UUID proposalId, boolean approved, Instant at, boolean independent, Occasion occasion)
      implements TrustEvent {
    public Decided {
      at = kept(at);
      if (approved && (occasion == Occasion.VETO || occasion == Occasion.EDIT)) {
        throw new IllegalArgumentException("a veto or an edit approves nothing");
      }
    }

    /// A decision that the mode, a gate or a policy asked for.
    public Decided(UUID proposalId, boolean approved, Instant at, boolean independent) {
      this(proposalId, approved, at, independent, Occasion.REVIEW);
    }

    boolean override() {
      return !approved && occasion != Occasion.REVIEW;
    }
  }

  /// Why a person decided.
  enum Occasion {
    /// The mode, a gate or a policy asked for it.
    REVIEW,
    /// The random share of an automatic mode.
    AUDIT,
    /// A person stopped a run within its veto window.
    VETO,
    /// A person changed the action before approving, which supersedes it.
    EDIT
  }

  /// An action that was carried out.
  ///
  /// @param automatic whether the stage authorized it, not a person
  /// @param outcomeWithin how long its outcome may take before it counts as harm
  record Executed(UUID proposalId, Instant at, boolean automatic, Duration outcomeWithin)
      implements TrustEvent {
    /// What a definition that says nothing gets.
    public static final Duration DEFAULT_DEADLINE = Duration.ofDays(14);

    public Executed {
      at = kept(at);
      if (outcomeWithin.isNegative() || outcomeWithin.isZero()) {
        throw new IllegalArgumentException("an outcome may take some time");
      }
    }

    public Executed(UUID proposalId, Instant at, boolean automatic) {
      this(proposalId, at, automatic, DEFAULT_DEADLINE);
    }
  }

  /// What came of an execution, as somebody other than its proposer observed it. A second one for
  /// the same proposal corrects the first.
  ///
  /// @param savedSeconds the time saved, if it was measured
  /// @param manualSeconds the time that the definition says people need, if it says so
  record OutcomeObserved(
      UUID proposalId,
      boolean success,
      Severity severity,
      Optional<Long> savedSeconds,
      Optional<Long> manualSeconds,
      Instant at)
      implements TrustEvent {
    public OutcomeObserved {
      at = kept(at);
    }

    /// At or above minor. A success that hurt somebody is a harm too: we fail closed.
    public boolean harmful() {
      return severity != Severity.NONE;
    }

    /// The time saved as a share of the manual time, 0 to 1; empty if either is not known.
    Optional<Double> value() {
      return manualSeconds
          .filter(manual -> manual > 0)
          .flatMap(manual ->
              savedSeconds.map(saved -> Math.clamp((double) saved / (double) manual, 0.0, 1.0)));
    }
  }

  /// An execution that was undone, or whose undoing failed: a failed outcome and an override.
  record RolledBack(UUID proposalId, Instant at) implements TrustEvent {
    public RolledBack {
      at = kept(at);
    }
  }

  /// The outcome of an execution is missing although its deadline lies before this moment. It says
  /// so aloud, so that the harm counts at once and not only with the scope's next event.
  record OutcomeOverdue(UUID proposalId, Instant at) implements TrustEvent {
    public OutcomeOverdue {
      at = kept(at);
    }
  }

  /// An administrator lowered the stage. From here on only a signature raises it.
  ///
  /// @param by the actor, as the ledger names him
  record StageLowered(Stage to, String by, Instant at) implements TrustEvent {
    public StageLowered {
      at = kept(at);
    }
  }

  /// A person signed the step to `to`; without the evidence for it this changes nothing.
  record StageSigned(Stage to, String by, Instant at) implements TrustEvent {
    public StageSigned {
      at = kept(at);
    }
  }

  private static Instant kept(Instant at) {
    return at.truncatedTo(ChronoUnit.MICROS);
  }
}
