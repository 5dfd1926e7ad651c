package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// One committed ledger entry that says something about a scope, with the entry's time.
///
/// MUST be folded in ledger order. Times are kept to the microsecond, as the database keeps them,
/// so that a replay from stored rows is the same bit for bit.
public sealed interface TrustEvent {

  Instant at();

  /// The proposal that it is about, if it is about one that has to be remembered.
  default Optional<UUID> concerns() {
    return switch (this) {
      case Proposed proposed -> Optional.of(proposed.proposalId());
      case Ended ended -> Optional.of(ended.proposalId());
      case Decided decided -> Optional.of(decided.proposalId());
      case Executed executed -> Optional.of(executed.proposalId());
      case OutcomeObserved outcome -> Optional.of(outcome.proposalId());
      case RolledBack rollback -> Optional.of(rollback.proposalId());
      case VersionsChanged changed -> changed.of();
      case OutcomeOverdue _, StageLowered _, StageSigned _ -> Optional.empty();
    };
  }

  /// A proposal was shown to people; in an automatic mode, it was drawn or not.
  ///
  /// Gives the proposal its turn among those that count for promotion. A decision about a proposal
  /// that was never announced takes its turn when it comes.
  ///
  /// @param window how long its outcome may take, from here
  /// @param draw in an automatic mode, whether it belongs to the share that is audited
  /// @param said what was said of it by then
  record Proposed(UUID proposalId, Instant at, Duration window, Optional<Draw> draw, Said said)
      implements TrustEvent {
    public Proposed {
      at = kept(at);
      if (window.isNegative() || window.isZero()) {
        throw new IllegalArgumentException("a proposal may take some time");
      }
    }

    /// A proposal of which nothing was said.
    public Proposed(UUID proposalId, Instant at, Duration window, Optional<Draw> draw) {
      this(proposalId, at, window, draw, Said.NOTHING);
    }
  }

  /// What was said of a proposal before anybody decided.
  ///
  /// @param by who proposed, as the ledger names him
  /// @param confidence the caller's own, from 0 to 1: counted for what is usual, never evidence
  /// @param safety likewise
  /// @param predicted the probability of success that our own model stated, from 0 to 1; empty
  ///   where no model answered
  record Said(
      Optional<String> by,
      Optional<Double> confidence,
      Optional<Double> safety,
      Optional<Double> predicted) {
    public static final Said NOTHING =
        new Said(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Said {
      for (var share : List.of(confidence, safety, predicted)) {
        // Written so that NaN fails too.
        if (share.isPresent() && !(share.get() >= 0 && share.get() <= 1)) {
          throw new IllegalArgumentException("what is said of a proposal is a share");
        }
      }
    }
  }

  /// Chance's word on whether people look at what could run by itself; MUST be drawn and recorded
  /// before anything about the case is predicted.
  ///
  /// @param probability of being selected, over 0 and at most 1
  record Draw(boolean selected, double probability) {
    public Draw {
      if (!(probability > 0 && probability <= 1)) {
        throw new IllegalArgumentException("a draw has a probability over 0");
      }
    }

    JsonObject toJson() {
      return Json.object().put("selected", selected).put("probability", probability).build();
    }

    static Draw fromJson(JsonObject json) {
      return new Draw(Stored.truth(json, "selected"), Stored.number(json, "probability"));
    }
  }

  /// A proposal ended without a decision, after it was shown.
  record Ended(UUID proposalId, Ending ending, Instant at) implements TrustEvent {
    public Ended {
      at = kept(at);
    }
  }

  /// How a proposal ends that nobody decided.
  enum Ending {
    /// Its proposer took it back.
    WITHDRAWN,
    /// Nobody decided in time: an outcome that is overdue.
    EXPIRED
  }

  /// A person's decision about a proposal. A deferral is none.
  ///
  /// @param independent whether the decider is neither the proposer nor simulated
  /// @param occasion why a person had to say; decides whether a rejection is an override
  /// @param by who decided, as the ledger names him; who is not named is no reviewer
  record Decided(
      UUID proposalId,
      boolean approved,
      Instant at,
      boolean independent,
      Occasion occasion,
      Optional<String> by)
      implements TrustEvent {
    public Decided {
      at = kept(at);
      if (approved && (occasion == Occasion.VETO || occasion == Occasion.EDIT)) {
        throw new IllegalArgumentException("a veto or an edit approves nothing");
      }
    }

    /// A decision of somebody who is not named.
    public Decided(
        UUID proposalId, boolean approved, Instant at, boolean independent, Occasion occasion) {
      this(proposalId, approved, at, independent, occasion, Optional.empty());
    }

    /// A decision that the mode, a gate or a policy asked for.
    public Decided(UUID proposalId, boolean approved, Instant at, boolean independent) {
      this(proposalId, approved, at, independent, Occasion.REVIEW);
    }

    /// Whether a person stopped or changed what would have run by itself.
    public boolean override() {
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
  /// @param by who observed it, as the ledger names him; who is not named is no other source
  record OutcomeObserved(
      UUID proposalId,
      boolean success,
      Severity severity,
      Optional<Long> savedSeconds,
      Optional<Long> manualSeconds,
      Instant at,
      Optional<String> by)
      implements TrustEvent {
    public OutcomeObserved {
      at = kept(at);
    }

    /// An outcome observed by somebody who is not named.
    public OutcomeObserved(
        UUID proposalId,
        boolean success,
        Severity severity,
        Optional<Long> savedSeconds,
        Optional<Long> manualSeconds,
        Instant at) {
      this(proposalId, success, severity, savedSeconds, manualSeconds, at, Optional.empty());
    }

    /// At or above `from`. A success that hurt somebody is a harm too: we fail closed.
    public boolean harmful(Severity from) {
      return severity != Severity.NONE && severity.compareTo(from) >= 0;
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

  /// The versions of model, tool and policy that the scope's certificate names have changed.
  ///
  /// @param versions all of them, in words that are equal if and only if they are the same
  /// @param of the proposal that is of these, where people are not shown it and so nothing else
  ///   says of which it is
  record VersionsChanged(String versions, Instant at, Optional<UUID> of) implements TrustEvent {

    /// Longer than any three names with their numbers.
    public static final int LONGEST = 500;

    public VersionsChanged {
      at = kept(at);
      if (versions.isBlank() || versions.length() > LONGEST) {
        throw new IllegalArgumentException("versions have 1 to " + LONGEST + " characters");
      }
    }

    /// Of a proposal that says more itself.
    public VersionsChanged(String versions, Instant at) {
      this(versions, at, Optional.empty());
    }
  }

  private static Instant kept(Instant at) {
    return at.truncatedTo(ChronoUnit.MICROS);
  }
}
