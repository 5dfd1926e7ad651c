package dev.countersign.cli.replay;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Pace;
import dev.countersign.cli.console.Progress;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// One way along a time line, from where an earlier one stopped. For use by one thread.
final class Course {
  /// How many events ahead of the decisions cases may be opened: enough to keep the threads busy,
  /// and an hour or so of a real log.
  private static final int LOOK_AHEAD = 64;

  // Enough for a curve; each is two requests.
  private static final int SAMPLES = 60;

  private final CaseReplay cases;
  private final ExecutorService pool;
  private final Progress progress;
  private final Pace pace;
  private final StateKeeper keeper;
  private final Supplier<Optional<JsonObject>> scope;
  private final Map<String, Future<Begun>> begun = new HashMap<>();

  /// @param scope of the replayed action as it stands
  Course(
      CaseReplay cases,
      ExecutorService pool,
      Progress progress,
      Pace pace,
      StateKeeper keeper,
      Supplier<Optional<JsonObject>> scope) {
    this.cases = cases;
    this.pool = pool;
    this.progress = progress;
    this.pace = pace;
    this.keeper = keeper;
    this.scope = scope;
  }

  /// A case that is opened and, if a person decides it, proposed.
  private record Begun(CaseReplay.Opened opened, Step step) {}

  Totals through(List<Event> events) {
    int from = keeper.done();
    if (from == 0) {
      keeper.begins(scope.get().map(TrustSample::judged).orElse(0L));
    }
    long decisions = events.stream().filter(event -> event instanceof Event.Decided).count();
    long every = Math.max(1, decisions / SAMPLES);
    int lookAhead = pace.held() ? 1 : LOOK_AHEAD;
    int ahead = from;
    for (int at = from; at < events.size(); at++) {
      var event = events.get(at);
      pace.await(event.at());
      for (; ahead < Math.min(events.size(), at + lookAhead); ahead++) {
        begin(events.get(ahead));
      }
      happen(event, every);
      keeper.happened();
      progress.at(at + 1L);
    }
    return totals(events);
  }

  private Totals totals(List<Event> events) {
    var count = new Totals.Count();
    events.stream().filter(event -> event instanceof Event.Submitted).forEach(_ -> count.opened());
    keeper.state().endings().forEach(count::ended);
    return count.totals();
  }

  private void begin(Event event) {
    if (event instanceof Event.Submitted(var subject)) {
      begun.put(subject.reference(), pool.submit(() -> begin(subject)));
    }
  }

  private Begun begin(LoggedCase subject) {
    var opened = cases.open(subject);
    // A case that no person decided is only opened.
    return new Begun(
        opened,
        subject.decision().isPresent() ? cases.begin(subject, opened) : new Step.Propose(0));
  }

  private void happen(Event event, long every) {
    var subject = event.subject();
    switch (event) {
      case Event.Submitted _ -> {
        done(subject);
        if (subject.decision().isEmpty()) {
          begun.remove(subject.reference());
        }
      }
      case Event.Decided(_, var decision) -> {
        var ready = done(subject);
        keeper.ended(cases.finish(subject, decision, ready.opened(), ready.step()));
        begun.remove(subject.reference());
        if (keeper.decided() % every == 0) {
          sample(decision.at());
        }
      }
    }
  }

  /// What is sampled long after it happened would show the end of the log at its beginning, so it
  /// counts only if the scope has seen just what this replay has.
  private void sample(Instant at) {
    var standing = scope.get();
    if (standing.isEmpty()
        || TrustSample.judged(standing.get()) != keeper.judged() + keeper.decided()) {
      return;
    }
    var score = standing.get().object("score").orElse(JsonObject.EMPTY);
    var lowest = score.number("lowest");
    var highest = score.number("highest");
    if (lowest.isPresent() && highest.isPresent()) {
      keeper.sampled(
          new TrustSample(
              at,
              keeper.decided(),
              standing.get().text("stage").orElse("?"),
              lowest.get(),
              highest.get()));
    }
  }

  private Begun done(LoggedCase subject) {
    // A case that was submitted before this run began is looked for when it is decided.
    var future = begun.computeIfAbsent(subject.reference(), _ -> pool.submit(() -> begin(subject)));
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure.Interrupted("run the same command again; it goes on where it was");
    }
  }
}
