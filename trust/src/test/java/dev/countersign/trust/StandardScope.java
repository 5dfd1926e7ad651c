package dev.countersign.trust;

import dev.countersign.trust.TrustEvent.Decided;
import dev.countersign.trust.TrustEvent.Draw;
import dev.countersign.trust.TrustEvent.Executed;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.TrustEvent.OutcomeObserved;
import dev.countersign.trust.TrustEvent.Proposed;
import dev.countersign.trust.TrustEvent.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A scope of the standard profile on ordinary days: so many proposals a day, each announced,
/// decided by one of two reviewers, carried out, and observed by a third.
final class StandardScope {
  static final Setting AUTOMATIC = new Setting(Profile.STANDARD, Promotion.AUTOMATIC);
  static final Setting SIGNED = new Setting(Profile.STANDARD, Promotion.SIGNED);
  private static final double GOLDEN = (StrictMath.sqrt(5) - 1) / 2;
  static final Duration WINDOW = Duration.ofHours(12);

  final FoldedScope folded;
  final List<StageChange> changes = new ArrayList<>();
  List<String> reviewers = List.of("user:ada", "user:ben");
  String observer = "system:laboratory";
  Said said = Said.NOTHING;
  private final Duration pace;
  private Instant now = FoldedScope.MORNING;
  private long count;

  StandardScope(int proposalsADay) {
    this(AUTOMATIC, TrustState.start(FoldedScope.MORNING), proposalsADay);
  }

  StandardScope(Setting setting, TrustState state, int proposalsADay) {
    this.folded = new FoldedScope(setting, state);
    this.pace = Duration.ofDays(1).dividedBy(proposalsADay);
  }

  static StandardScope at(Stage stage) {
    return new StandardScope(AUTOMATIC, FoldedScope.stateAt(stage), 40);
  }

  Stage stage() {
    return folded.stage();
  }

  TrustState state() {
    return folded.state();
  }

  Attempt attempt() {
    return folded.state().attempt();
  }

  Instant now() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  void fold(TrustEvent event) {
    changes.addAll(folded.fold(event));
  }

  UUID announce() {
    return announce(Optional.empty());
  }

  UUID announce(Optional<Draw> draw) {
    pass(pace);
    count++;
    var proposal = new UUID(0x7000L, Long.MIN_VALUE | count);
    fold(new Proposed(proposal, now, WINDOW, draw, said));
    return proposal;
  }

  void decide(UUID proposal, boolean approved, Occasion occasion) {
    var by = reviewers.get((int) (count % reviewers.size()));
    fold(new Decided(proposal, approved, now, true, occasion, Optional.of(by)));
  }

  void execute(UUID proposal, boolean automatic) {
    fold(new Executed(proposal, now, automatic, WINDOW));
  }

  void observe(UUID proposal, Severity severity) {
    fold(
        new OutcomeObserved(
            proposal,
            severity == Severity.NONE,
            severity,
            Optional.empty(),
            Optional.empty(),
            now,
            Optional.of(observer)));
  }

  /// One proposal as the stage has it: decided by people, or run.
  void live(boolean harm) {
    if (stage().automatic()) {
      run(harm);
    } else {
      review(harm);
    }
  }

  UUID review(boolean rejected) {
    var proposal = announce();
    decide(proposal, !rejected, Occasion.REVIEW);
    if (!rejected) {
      execute(proposal, false);
      observe(proposal, Severity.NONE);
    }
    return proposal;
  }

  void review(int times) {
    for (int i = 0; i < times; i++) {
      review(false);
    }
  }

  /// The same where half are drawn for people once the stage is automatic, in a pattern that keeps
  /// step with no rate.
  void liveHalfAudited(boolean harm) {
    if (!stage().automatic()) {
      review(harm);
    } else if (count * GOLDEN % 1 < 0.5) {
      audit(harm);
    } else {
      run(harm, 0.5);
    }
  }

  private void audit(boolean rejected) {
    var proposal = announce(Optional.of(new Draw(true, 0.5)));
    decide(proposal, !rejected, Occasion.AUDIT);
    if (!rejected) {
      execute(proposal, false);
      observe(proposal, Severity.NONE);
    }
  }

  UUID run(boolean harm) {
    return run(harm, 0.05);
  }

  private UUID run(boolean harm, double share) {
    var proposal = announce(Optional.of(new Draw(false, share)));
    execute(proposal, true);
    observe(proposal, harm ? Severity.MINOR : Severity.NONE);
    return proposal;
  }

  List<String> missing() {
    return folded.recommendation().missing().stream().map(Condition::name).toList();
  }
}
