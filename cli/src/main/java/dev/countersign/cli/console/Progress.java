package dev.countersign.cli.console;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// Shows how far a piece of work is. Safe for use by many threads; MUST be closed.
public sealed interface Progress extends AutoCloseable {

  /// So many steps are done.
  void at(long done);

  /// What is being waited for or done just now; an empty text when there is nothing to say.
  void note(String text);

  @Override
  void close();

  /// A bar that is drawn over itself.
  final class Bar implements Progress {
    // Ten times a second looks live and costs nothing.
    private static final int UPDATE_MILLIS = 100;

    private final ProgressBar bar;

    Bar(String task, long total, PrintWriter err) {
      this.bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .showSpeed()
              .build();
      err.flush();
    }

    @Override
    public void at(long done) {
      bar.stepTo(done);
    }

    @Override
    public void note(String text) {
      bar.setExtraMessage(text.isEmpty() ? "" : " " + text);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /// A line now and then, for logs.
  final class Lines implements Progress {
    // Often enough that a watcher of the log knows it lives.
    private static final long PAUSE_MILLIS = 5_000;

    private final String task;
    private final long total;
    private final PrintWriter err;
    private final LongSupplier millis;
    private final long begin;
    private long last;
    private String note = "";

    Lines(String task, long total, PrintWriter err, LongSupplier millis) {
      this.task = task;
      this.total = total;
      this.err = err;
      this.millis = millis;
      this.begin = millis.getAsLong();
      this.last = begin;
    }

    @Override
    public synchronized void at(long done) {
      long now = millis.getAsLong();
      if (now - last >= PAUSE_MILLIS) {
        last = now;
        // Since the beginning: what a person wants to know is when it will end.
        long rate = done * 1_000 / Math.max(1, now - begin);
        err.println(
            total < 0
                ? String.format(Locale.ROOT, "%s: %,d, %,d/s", task, done, rate)
                : String.format(
                    Locale.ROOT,
                    "%s: %,d of %,d (%d%%), %,d/s",
                    task,
                    done,
                    total,
                    percent(done),
                    rate));
      }
    }

    private long percent(long done) {
      return total == 0 ? 100 : done * 100 / total;
    }

    @Override
    public synchronized void note(String text) {
      if (!text.isEmpty() && !text.equals(note)) {
        err.println(task + ": " + text);
      }
      note = text;
    }

    @Override
    public void close() {
      err.flush();
    }
  }
}
