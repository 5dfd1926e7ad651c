package dev.countersign.cli.replay;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.cli.console.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Knows how far a replay is, and keeps that in its file now and then. For use by one thread.
final class StateKeeper {
  // What is asked again after a kill is recognised; half a second of it is no matter.
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Optional<Path> file;
  private final ReplayState.Run run;
  private final Console console;
  private final List<Step.Ending> endings;
  private final List<TrustSample> samples;
  private int done;
  private long judged;
  private long saved = System.nanoTime();

  StateKeeper(Optional<Path> file, ReplayState.Run run, Console console) {
    this.file = file;
    this.run = run;
    this.console = console;
    var known =
        file.map(path -> ReplayState.read(path, run))
            .orElseGet(() -> new ReplayState(run, 0, List.of(), TrustSample.UNKNOWN, List.of()));
    this.endings = new ArrayList<>(known.endings());
    this.samples = new ArrayList<>(known.samples());
    this.done = known.done();
    this.judged = known.judged();
    if (done > 0) {
      console.err().println("going on behind event %,d, as the state says".formatted(done));
    }
  }

  /// Throws unless the state can be one of a run along these events.
  void requireFits(List<Event> events) {
    long decided =
        done > events.size()
            ? TrustSample.UNKNOWN
            : events.subList(0, done).stream()
                .filter(event -> event instanceof Event.Decided)
                .count();
    if (decided != endings.size()) {
      throw new CommandFailure.NotUsable(
          "the state does not fit the log", "remove it; what the server has done stays done");
    }
  }

  int done() {
    return done;
  }

  long decided() {
    return endings.size();
  }

  long judged() {
    return judged;
  }

  /// Says how many decisions the scope had seen before the first one.
  void begins(long before) {
    judged = before;
  }

  void happened() {
    done++;
    if (System.nanoTime() - saved >= PAUSE_NANOS) {
      save();
    }
  }

  void ended(Step.Ending ending) {
    endings.add(ending);
  }

  void sampled(TrustSample sample) {
    samples.add(sample);
  }

  ReplayState state() {
    return new ReplayState(run, done, endings, judged, samples);
  }

  void save() {
    if (file.isEmpty()) {
      return;
    }
    try {
      state().write(file.get());
      saved = System.nanoTime();
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "the state cannot be written to `" + file.get() + "`: " + e.getMessage(),
          "make room, or give --state FILE; what the server has done stays done",
          e);
    }
  }

  /// There is nothing to go on with.
  void finished() {
    file.ifPresent(path -> {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        console.err().println("`" + path + "` is of no use any more and could not be removed");
      }
    });
  }
}
