package dev.countersign.benchmarks.crash;

import dev.countersign.benchmarks.place.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Starts a process on a place and kills it at a random moment, again and again.
///
/// The process writes a line to standard output for each answer, after it has the answer; a line is
/// one write, so what was written is there however the process ends. Its arguments are the folder,
/// the database's address, the number of clients, a seed, and, to end by itself after so many
/// answers, their number.
public final class Killing {
  private static final int CLIENTS = 8;

  /// After the first answer, so that most kills hit work under way.
  private static final int LONGEST_LIFE_MILLIS = 300;

  /// One kill in so many comes while the process still starts.
  private static final int EARLY = 10;

  private static final int SHORTEST_START_MILLIS = 50;

  /// A start that takes longer is a failure of its own.
  private static final int PATIENCE_MILLIS = 60_000;

  private static final int POLL_MILLIS = 2;

  /// Kills between two lines that tell how far it is.
  private static final int PROGRESS = 50;

  private final Place place;
  private final Class<?> victim;
  private final Random random;
  private long answers;
  private int early;

  /// @param victim the class whose main method is killed
  public Killing(Place place, Class<?> victim, long seed) {
    this.place = place;
    this.victim = victim;
    this.random = new Random(seed);
  }

  /// Kills so many times; a thousand take a quarter of an hour.
  ///
  /// @param told hears every line that the killed wrote
  /// @return how many kills came before the first answer
  public int kill(int kills, Consumer<String> told) throws IOException, InterruptedException {
    var faster = faster();
    for (int i = 0; i < kills; i++) {
      var lines = killOne(faster, i);
      lines.forEach(told);
      answers += lines.size();
      early += lines.isEmpty() ? 1 : 0;
      if ((i + 1) % PROGRESS == 0) {
        System.out.printf("killed %d of %d times, %d answers%n", i + 1, kills, answers);
      }
    }
    return early;
  }

  private List<String> killOne(List<String> faster, int number)
      throws IOException, InterruptedException {
    var output = place.folder().resolve("answers");
    Files.deleteIfExists(output);
    var process = start(place, victim, faster, output, List.of(String.valueOf(random.nextLong())));
    boolean whileStarting = random.nextInt(EARLY) == 0;
    int life = random.nextInt(LONGEST_LIFE_MILLIS);
    if (whileStarting) {
      Thread.sleep(SHORTEST_START_MILLIS + random.nextInt(5 * LONGEST_LIFE_MILLIS));
    } else {
      awaitAnswer(process, output, number);
      Thread.sleep(life);
    }
    process.destroyForcibly().waitFor();
    return told(output);
  }

  /// The lines that were written down; the last one may be cut, and then it is none.
  static List<String> told(Path output) throws IOException {
    var text = Files.readString(output);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private void awaitAnswer(Process process, Path output, int number)
      throws IOException, InterruptedException {
    for (int waited = 0; told(output).isEmpty(); waited += POLL_MILLIS) {
      if (!process.isAlive() || waited > PATIENCE_MILLIS) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "start %d gave no answer: %s"
                .formatted(number, Files.readString(errors(place.folder()))));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// Options by which the process starts in a fraction of the time: its classes, prepared by a run
  /// that ends by itself. Only jars can be prepared; else there are none.
  private List<String> faster() throws IOException, InterruptedException {
    boolean jars =
        List.of(System.getProperty("java.class.path").split(":")).stream()
            .allMatch(part -> part.endsWith(".jar"));
    if (!jars) {
      return List.of();
    }
    var cache = place.folder().resolve("room.aot");
    var options = List.of("-XX:AOTCacheOutput=" + cache);
    var trained =
        start(place, victim, options, place.folder().resolve("training"), List.of("0", "2000"));
    return trained.waitFor() == 0 && Files.exists(cache)
        ? List.of("-XX:AOTCache=" + cache)
        : List.of();
  }

  /// Starts a process, which tells its answers to `output` and its refusals to [#errors].
  static Process start(
      Place place, Class<?> victim, List<String> options, Path output, List<String> seedAndAnswers)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx160m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(victim.getName());
    command.addAll(List.of(place.folder().toString(), place.url(), String.valueOf(CLIENTS)));
    command.addAll(seedAndAnswers);
    return new ProcessBuilder(command)
        .redirectOutput(output.toFile())
        .redirectError(errors(place.folder()).toFile())
        .start();
  }

  static Path errors(Path folder) {
    return folder.resolve("errors");
  }
}
