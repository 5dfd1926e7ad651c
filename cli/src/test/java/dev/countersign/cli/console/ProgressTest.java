package dev.countersign.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter text = new StringWriter();
  private final AtomicLong millis = new AtomicLong();

  @Test
  void lineComesNowAndThen() {
    try (var progress = lines(1000)) {
      for (int i = 0; i < 100; i++) {
        millis.addAndGet(100);
        progress.at(i * 10L);
      }
    }
    assertThat(text.toString())
        .isEqualToNormalizingNewlines(
            "work: 490 of 1,000 (49%), 98/s\nwork: 990 of 1,000 (99%), 99/s\n");
  }

  @Test
  void unknownTotalIsLeftOut() {
    try (var progress = lines(-1)) {
      millis.addAndGet(5000);
      progress.at(1234);
    }
    assertThat(text.toString()).isEqualToNormalizingNewlines("work: 1,234, 246/s\n");
  }

  @Test
  void noteIsSaidOnce() {
    try (var progress = lines(10)) {
      progress.note("waiting");
      progress.note("waiting");
      progress.note("");
      progress.note("waiting");
    }
    assertThat(text.toString()).isEqualToNormalizingNewlines("work: waiting\nwork: waiting\n");
  }

  private Progress lines(long total) {
    return new Progress.Lines("work", total, new PrintWriter(text, true), millis::get);
  }
}
