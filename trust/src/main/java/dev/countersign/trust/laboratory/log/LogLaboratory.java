package dev.countersign.trust.laboratory.log;

import dev.countersign.trust.laboratory.Contender;
import dev.countersign.trust.laboratory.Contenders;
import dev.countersign.trust.sequential.Budgets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Plays a [LogPlan]: both directions, each split, each budget, each contender.
///
/// Stateless; the same plan gives the same report.
public final class LogLaboratory {

  public LogReport play(LogPlan plan) {
    var chapters = new ArrayList<LogReport.Chapter>();
    for (var direction : Direction.values()) {
      var halves = Halves.of(plan.log(), direction);
      for (int bands : plan.bands()) {
        chapters.add(chapter(plan, direction, halves, bands));
      }
    }
    return new LogReport(plan.risk(), chapters);
  }

  /// A scope with all that happens in it.
  private record Staged(Band band, List<Moment> moments) {}

  private static LogReport.Chapter chapter(
      LogPlan plan, Direction direction, Halves halves, int bands) {
    var scopes =
        Band.of(halves, bands).stream()
            .map(band -> new Staged(band, Moment.of(band.proposals())))
            .toList();
    var played = new ArrayList<LogReport.Played>();
    for (double budget : plan.budgets()) {
      var results = new ArrayList<LogResult>();
      for (var contender : Contenders.of(budget, plan.risk())) {
        results.add(play(scopes, contender, halves.until()));
      }
      played.add(new LogReport.Played(budget, Budgets.allow(budget), results));
    }
    return new LogReport.Chapter(
        direction, scopes.stream().map(Staged::band).map(LogLaboratory::scope).toList(), played);
  }

  private static LogReport.Scope scope(Band band) {
    return new LogReport.Scope(band.from(), band.to(), band.fates(false), band.fates(true));
  }

  private static LogResult play(List<Staged> scopes, Contender contender, Instant until) {
    int promotedEarning = 0;
    int promotedJudging = 0;
    long demotions = 0;
    long judging = 0;
    var ranEarning = Fates.NONE;
    var ranJudging = Fates.NONE;
    var heard = new ArrayList<Long>();
    for (int k = 0; k < scopes.size(); k++) {
      var band = scopes.get(k).band();
      var life = LoggedLife.play(band.proposals(), scopes.get(k).moments(), contender, k + 1);
      if (life.promotedAt().isPresent()) {
        boolean early = !life.promotedAt().get().isAfter(until);
        promotedEarning += early ? 1 : 0;
        promotedJudging += early ? 0 : 1;
      }
      life.heard().ifPresent(heard::add);
      demotions += life.demotions();
      judging += band.fates(true).all();
      ranEarning = ranEarning.plus(band.fates(false, life.byItself()));
      ranJudging = ranJudging.plus(band.fates(true, life.byItself()));
    }
    return new LogResult(
        contender.word(),
        scopes.size(),
        promotedEarning,
        promotedJudging,
        median(heard),
        demotions,
        ranEarning,
        ranJudging,
        judging);
  }

  /// The lower one of two in the middle.
  private static OptionalLong median(List<Long> values) {
    var sorted = values.stream().sorted().toList();
    return sorted.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(sorted.get((sorted.size() - 1) / 2));
  }
}
