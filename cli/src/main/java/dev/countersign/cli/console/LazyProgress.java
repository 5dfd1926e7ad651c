package dev.countersign.cli.console;

import java.util.Optional;

/// Progress of a piece of work whose length shows when it has begun. MUST be closed.
public final class LazyProgress implements AutoCloseable {
  private final Console console;
  private final String task;
  private Optional<Progress> progress = Optional.empty();

  public LazyProgress(Console console, String task) {
    this.console = console;
    this.task = task;
  }

  public void at(long done, long of) {
    if (progress.isEmpty()) {
      progress = Optional.of(console.progress(task, of));
    }
    progress.get().at(done);
  }

  @Override
  public void close() {
    progress.ifPresent(Progress::close);
  }
}
