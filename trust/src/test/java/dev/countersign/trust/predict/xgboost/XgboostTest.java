package dev.countersign.trust.predict.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.trust.predict.Examples;
import dev.countersign.trust.predict.Learner;
import dev.countersign.trust.predict.xgboost.Xgboost.Loaded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XgboostTest {
  private static final Learner XGBOOST = ((Loaded.Ready) Xgboost.load()).learner();

  @Test
  void theSameExamplesGiveTheSameBytes() {
    try (var one = XGBOOST.learn(examples(500), 1);
        var other = XGBOOST.learn(examples(500), 1)) {
      assertThat(one.bytes()).isEqualTo(other.bytes());
    }
  }

  @Test
  void whatKilledProcessesUnpackedIsRemovedAndNothingElse(@TempDir Path folder) throws IOException {
    var now = Instant.parse("2026-11-23T12:00:00Z");
    var old = Files.createFile(folder.resolve("libxgboost4j123.so"));
    var other = Files.createFile(folder.resolve("libother123.so"));
    for (var file : List.of(old, other)) {
      Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofHours(1))));
    }
    var young = Files.createFile(folder.resolve("libxgboost4j124.so"));
    Files.setLastModifiedTime(young, FileTime.from(now.minus(Duration.ofMinutes(1))));
    Unpacked.removeLeftovers(folder, now);
    assertThat(folder.toFile().listFiles())
        .containsExactlyInAnyOrder(other.toFile(), young.toFile());
    Unpacked.removeLeftovers(folder.resolve("none"), now);
  }

  @Test
  void aVectorHasTheSameMarginInABatchAloneAndRead() {
    var rows = examples(300).rows();
    try (var trees = XGBOOST.learn(examples(500), 1);
        var read = XGBOOST.read(trees.bytes())) {
      var batch = trees.margins(rows);
      assertThat(read.margins(rows)).isEqualTo(batch);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(trees.margins(List.of(rows.get(i)))).containsExactly(batch[i]);
        assertThat(Arrays.stream(trees.contributions(rows.get(i))).sum())
            .isCloseTo(batch[i], within(2e-5));
      }
      assertThat(trees.margins(List.of())).isEmpty();
    }
  }

  @Test
  void aMissingValueIsNotAZero() {
    var rows = new ArrayList<float[]>();
    var labels = new ArrayList<Boolean>();
    for (int i = 0; i < 400; i++) {
      rows.add(new float[] {i % 2 == 0 ? 0 : Float.NaN});
      labels.add(i % 2 == 0);
    }
    try (var trees = XGBOOST.learn(new Examples(rows, labels), 1)) {
      var margins = trees.margins(List.of(new float[] {0}, new float[] {Float.NaN}));
      assertThat(margins[0] - margins[1]).isGreaterThan(1);
    }
  }

  @Test
  void bytesThatAreNoTreesAreRefused() {
    assertThatThrownBy(() -> XGBOOST.read(new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the bytes are no trees");
  }

  /// A JVM of its own, because a class is initialised once: one that may not unpack the library.
  @Test
  void withoutTheNativeLibraryAReasonIsGiven(@TempDir Path folder)
      throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-Djava.io.tmpdir=" + folder.resolve("not-there"),
                "-cp",
                System.getProperty("java.class.path"),
                Asks.class.getName())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("missing: xgboost4j cannot load: ").contains("again: missing");
  }

  /// What that JVM runs.
  static final class Asks {
    private Asks() {}

    public static void main(String[] args) {
      System.out.println(word());
      System.out.println("again: " + word());
    }

    private static String word() {
      return switch (Xgboost.load()) {
        case Loaded.Ready(var learner) -> "ready: " + learner.name();
        case Loaded.Missing(var why) -> "missing: " + why;
      };
    }
  }

  private static Examples examples(int n) {
    var random = new SplittableRandom(n);
    var rows = new ArrayList<float[]>();
    var labels = new ArrayList<Boolean>();
    for (int i = 0; i < n; i++) {
      var row = new float[4];
      for (int column = 0; column < row.length; column++) {
        row[column] = random.nextInt(5) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
      rows.add(row);
      labels.add(row[0] + random.nextGaussian() > 0);
    }
    return new Examples(rows, labels);
  }
}
