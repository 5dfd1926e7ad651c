package dev.countersign.trust;

import dev.countersign.kernel.Digest;
import dev.countersign.trust.Remembered.Phase;
import dev.countersign.trust.Turn.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The evidence for the next step, on its way through one event: which proposals have a turn, and
/// what each counts for. The part of [Folding] that promotes; for one call, one thread.
///
/// - Every proposal that was shown to people has a turn, in the order of proposing; in an automatic
///   mode, every one that was drawn. It is counted when its window has closed and all before it
///   were: a proposal that waits holds up all behind it.
/// - What was proposed under another stage, or before the evidence began anew, counts for nothing.
/// - Bad news after a turn was counted turns it into a harm; good news changes nothing, since what
///   counts is what was known when the window closed.
final class Counting {
  private final Setting setting;
  private final Edition edition;
  private Standing standing;
  private Attempt attempt;

  Counting(Setting setting, Edition edition, Standing standing, Attempt attempt) {
    this.setting = setting;
    this.edition = edition;
    this.standing = standing;
    this.attempt = attempt;
  }

  Standing standing() {
    return standing;
  }

  Attempt attempt() {
    return attempt;
  }

  /// Whether what was counted was counted under other terms than the tenant's are now: what was no
  /// harm then may be one now, so it is no evidence under these.
  boolean outdated(Stage stage) {
    var now = setting.termsFrom(stage);
    if (now.isPresent() && attempt.terms().isEmpty()) {
      attempt = attempt.under(now.get());
    }
    return now.isPresent() && !attempt.terms().equals(now);
  }

  /// A stage is entered, or its evidence begins anew.
  void entering(Stage stage) {
    standing = standing.entering(stage).proving(stage);
    var fresh = Attempt.start(standing.attempt(stage));
    attempt = setting.termsFrom(stage).map(fresh::under).orElse(fresh);
  }

  void capping(Stage stage) {
    standing = standing.capping(stage);
  }

  void naming(String versions, Stage stage) {
    standing = standing.naming(versions).proving(stage);
  }

  /// Gives a proposal the next turn.
  Remembered turn(
      Remembered proposal, Instant at, Instant closesAt, Optional<TrustEvent.Draw> draw) {
    standing = standing.plusTurn();
    return proposal.with(Turn.at(standing.turns(), standing.entries(), at, closesAt, draw));
  }

  /// The proposal as decided, with its turn: the one it has, or the next one.
  ///
  /// @param known what was known of it, if it was announced
  /// @param versions of which it is, if it was not
  Remembered decided(
      TrustEvent.Decided decision,
      @Nullable Remembered known,
      boolean independent,
      Stage stage,
      Optional<String> versions,
      Instant now) {
    var phase = decision.approved() ? Phase.APPROVED : Phase.REJECTED;
    var decider = decision.by().filter(_ -> decision.approved()).map(this::hash);
    var fresh =
        Remembered.shown(decision.proposalId(), stage)
            .stating(known == null ? Optional.empty() : known.stated())
            .of(known == null ? versions : known.versions());
    var closesAt = now.plus(TrustEvent.Executed.DEFAULT_DEADLINE);
    var proposal = fresh;
    if (known != null) {
      proposal = known.turn().map(fresh::with).orElse(fresh);
    } else if (!stage.automatic()) {
      proposal = turn(fresh, now, closesAt, Optional.empty());
    } else if (decision.occasion() == TrustEvent.Occasion.AUDIT) {
      // Nobody said how it was drawn: like the others.
      double probability = attempt.probability().orElse(1.0);
      var draw = new TrustEvent.Draw(true, probability);
      proposal = turn(fresh, now, closesAt, Optional.of(draw));
    }
    boolean late = proposal.turn().filter(turn -> turn.closesAt().isBefore(now)).isPresent();
    var decided = proposal.ended(phase, decider);
    if (late || !decision.approved()) {
      // What was decided after its window had closed was not decided in it.
      decided = losing(decided, stage);
    }
    var turn = decided.turn();
    if (turn.isPresent()) {
      // Long enough to be carried out; from then on its execution says how long.
      decided = decided.with(turn.get().closing(closesAt));
      decided = independent ? decided : decided.with(turn.get().setApart());
    }
    return decided;
  }

  void reviewed(String by) {
    attempt = attempt.reviewedBy(hash(by));
  }

  /// A name as this room keeps it. Salted with what the scope is, so that lists of two scopes can't
  /// be laid side by side; who may read the state may read the ledger, which has the names.
  String hash(String name) {
    var salted = "trust reviewer\n" + standing.ordinal() + "\n" + name;
    return Digest.sha256(salted.getBytes(StandardCharsets.UTF_8)).hex().substring(0, HASH);
  }

  /// 64 bits: enough to tell a scope's reviewers apart.
  private static final int HASH = 16;

  boolean next(Remembered proposal) {
    return proposal.waitingTurn().filter(number -> number == standing.counted() + 1).isPresent();
  }

  /// Counts the turn that is next.
  Remembered count(Remembered proposal, Stage stage) {
    var turn = proposal.turn().orElseThrow();
    standing = standing.plusCounted();
    var verdict = verdict(proposal, turn, stage);
    return proposal.with(turn.judged(verdict));
  }

  private Verdict verdict(Remembered proposal, Turn turn, Stage stage) {
    var step = setting.stepFrom(stage);
    boolean harm = proposal.wrong();
    if (turn.entry() != standing.entries() || step.isEmpty() || (turn.apart() && !harm)) {
      return Verdict.PASSED;
    }
    var draw = turn.draw();
    attempt =
        draw.isPresent()
            ? attempt.plus(draw.get(), harm, step.get().harmBudget(), edition)
            : attempt.plus(harm);
    if (draw.isPresent() && !draw.get().selected()) {
      return Verdict.PASSED;
    }
    attempt = attempt.onDay(turn.shownAt());
    if (harm) {
      return Verdict.HARM;
    }
    attempt = attempt.seeing(proposal.phase().observed(), turn.sourced());
    return Verdict.CLEAN;
  }

  /// A harm became known: what counted as clean counts as a harm from here on.
  Remembered losing(Remembered proposal, Stage stage) {
    if (proposal.turn().isEmpty()) {
      return proposal;
    }
    var turn = proposal.turn().get().losing();
    if (turn.verdict() == Verdict.CLEAN && turn.entry() == standing.entries()) {
      var step = setting.stepFrom(stage);
      if (step.isPresent()) {
        attempt = attempt.corrected(turn.draw(), step.get().harmBudget(), edition);
        turn = turn.judged(Verdict.HARM);
      }
    }
    return proposal.with(turn);
  }
}
