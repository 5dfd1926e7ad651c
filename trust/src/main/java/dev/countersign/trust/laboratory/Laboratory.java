package dev.countersign.trust.laboratory;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Plays a [Plan]: each of its scenarios, with each contender, on the same made-up scopes.
///
/// Stateless; the workers of a run end with it.
public final class Laboratory {

  /// Scopes that a worker plays before it says how far it came.
  private static final int PART = 500;

  /// Hears how far a run has come; called by the workers, one at a time.
  @FunctionalInterface
  public interface Progress {
    void played(Scenario scenario, long scopes, long of);
  }

  /// Plays the plan; returns when everything is played.
  ///
  /// Throws InterruptedException if the caller is interrupted; the workers are then stopped.
  public LaboratoryReport play(Plan plan, Progress progress) throws InterruptedException {
    var chapters = new ArrayList<LaboratoryReport.Chapter>();
    try (var workers = Executors.newFixedThreadPool(plan.threads())) {
      try {
        for (var scenario : plan.scenarios()) {
          chapters.add(play(plan, scenario, workers::submit, progress));
        }
      } catch (InterruptedException stopped) {
        workers.shutdownNow();
        throw stopped;
      }
    }
    return new LaboratoryReport(plan.scopes(), plan.budget(), plan.risk(), plan.seed(), chapters);
  }

  /// Where work is handed to.
  @FunctionalInterface
  private interface Workers {
    Future<List<Tracks>> submit(Callable<List<Tracks>> work);
  }

  private static LaboratoryReport.Chapter play(
      Plan plan, Scenario scenario, Workers workers, Progress progress)
      throws InterruptedException {
    var done = new AtomicLong();
    var parts = new ArrayList<Future<List<Tracks>>>();
    for (int from = 0; from < plan.scopes(); from += PART) {
      int first = from;
      int last = Math.min(plan.scopes(), from + PART);
      parts.add(
          workers.submit(() -> {
            var tracks = play(plan, scenario, first, last);
            synchronized (done) {
              progress.played(scenario, done.addAndGet(last - first), plan.scopes());
            }
            return tracks;
          }));
    }
    var contenders = contenders(plan, scenario);
    var sums = tracks(contenders, scenario);
    for (var part : parts) {
      var tracks = result(part);
      for (int i = 0; i < sums.size(); i++) {
        sums.get(i).add(tracks.get(i));
      }
    }
    var results = new ArrayList<Result>();
    for (int i = 0; i < sums.size(); i++) {
      results.add(sums.get(i).result(contenders.get(i).word()));
    }
    return new LaboratoryReport.Chapter(scenario, results);
  }

  private static List<Tracks> result(Future<List<Tracks>> part) throws InterruptedException {
    try {
      return part.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a made-up scope could not be played", e.getCause());
    }
  }

  private static List<Tracks> play(Plan plan, Scenario scenario, int first, int last) {
    var contenders = contenders(plan, scenario);
    var tracks = tracks(contenders, scenario);
    var life = new Life(scenario.length());
    boolean[] byItself = new boolean[scenario.length()];
    for (int scope = first; scope < last; scope++) {
      life.clear();
      scenario.fill(
          life, plan.budget(), new SplittableRandom(Seeds.of(plan.seed(), scenario.word(), scope)));
      life.order();
      for (int i = 0; i < contenders.size(); i++) {
        tracks.get(i).play(contenders.get(i), life, byItself);
      }
    }
    return tracks;
  }

  private static List<Contender> contenders(Plan plan, Scenario scenario) {
    var contenders = new ArrayList<>(Contenders.of(plan.budget(), plan.risk()));
    scenario
        .rate(plan.budget())
        .ifPresent(rate -> contenders.add(new BestTest(plan.budget(), plan.risk(), rate)));
    return contenders;
  }

  private static List<Tracks> tracks(List<Contender> contenders, Scenario scenario) {
    return contenders.stream().map(_ -> new Tracks(scenario.length())).toList();
  }
}
