package dev.countersign.benchmarks.crash;

import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// Kills the room at random moments, starts it again, and compares what it answered with its log.
public final class RoomCrash {
  private static final int CLIENTS = 8;

  /// After the first answer, so that most kills hit a batch under way; some dozen batches.
  private static final int LONGEST_LIFE_MILLIS = 300;

  /// One kill in so many comes while the room still starts.
  private static final int EARLY = 10;

  private static final int SHORTEST_START_MILLIS = 50;

  /// A start that takes longer is a failure of its own.
  private static final int PATIENCE_MILLIS = 60_000;

  private static final int POLL_MILLIS = 2;

  /// Kills between two lines that tell how far it is.
  private static final int PROGRESS = 50;

  /// A decision's id.
  private static final int LINE = 36;

  private final Path folder;
  private final int kills;
  private final Random random;
  private final Answers answers = new Answers();
  private int early;

  private RoomCrash(Path folder, int kills, long seed) {
    this.folder = folder;
    this.kills = kills;
    this.random = new Random(seed);
  }

  /// @param args how many kills, and the seed of their moments
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    int kills = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    var folder = Files.createTempDirectory("countersign-crash");
    System.out.println("the room, killed " + kills + " times, seed " + seed);
    var verdict = run(folder, kills, seed);
    System.out.print(verdict.words());
    EmbeddedPostgres.remove(folder.resolve("postgres"));
    if (!verdict.sound()) {
      System.exit(1);
    }
  }

  /// Kills the room so many times.
  ///
  /// @param folder an empty folder, which keeps everything
  static Verdict run(Path folder, int kills, long seed)
      throws IOException, InterruptedException, SQLException {
    return new RoomCrash(folder, kills, seed).run();
  }

  private Verdict run() throws IOException, InterruptedException, SQLException {
    try (var postgres = EmbeddedPostgres.start(Settings.in(folder.resolve("postgres")))) {
      var place = CrashPlace.prepare(folder, postgres);
      var faster = faster(place);
      for (int i = 0; i < kills; i++) {
        killOne(place, faster, i);
        progress(i + 1);
      }
      var superuser =
          CrashPlace.source(place.url(), postgres.superuser(), postgres.superuserPassword());
      return new Verdict(kills, early, answers.compare(superuser), place.fsck());
    }
  }

  /// A thousand kills take a quarter of an hour.
  private void progress(int killed) {
    if (killed % PROGRESS == 0) {
      System.out.printf("killed %d of %d times, %d answers%n", killed, kills, answers.size());
    }
  }

  private void killOne(CrashPlace place, List<String> faster, int number)
      throws IOException, InterruptedException {
    var output = folder.resolve("answers");
    Files.deleteIfExists(output);
    var process = start(place, faster, output, List.of(String.valueOf(random.nextLong())));
    boolean whileStarting = random.nextInt(EARLY) == 0;
    int life = random.nextInt(LONGEST_LIFE_MILLIS);
    if (whileStarting) {
      Thread.sleep(SHORTEST_START_MILLIS + random.nextInt(5 * LONGEST_LIFE_MILLIS));
    } else {
      awaitAnswer(process, output, number);
      Thread.sleep(life);
    }
    process.destroyForcibly().waitFor();
    var told = told(output);
    told.forEach(answers::add);
    early += told.isEmpty() ? 1 : 0;
  }

  /// The decisions that a room wrote down; the last line may be cut.
  static List<UUID> told(Path output) throws IOException {
    return Files.readString(output)
        .lines()
        .filter(line -> line.length() == LINE)
        .map(UUID::fromString)
        .toList();
  }

  private void awaitAnswer(Process process, Path output, int number)
      throws IOException, InterruptedException {
    for (int waited = 0; Files.size(output) < LINE; waited += POLL_MILLIS) {
      if (!process.isAlive() || waited > PATIENCE_MILLIS) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "start %d gave no answer: %s".formatted(number, Files.readString(errors(folder))));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// Options by which the room starts in a fraction of the time: its classes, prepared by a run
  /// that ends by itself. Only jars can be prepared; else there are none.
  private List<String> faster(CrashPlace place) throws IOException, InterruptedException {
    boolean jars =
        List.of(System.getProperty("java.class.path").split(":")).stream()
            .allMatch(part -> part.endsWith(".jar"));
    if (!jars) {
      return List.of();
    }
    var cache = folder.resolve("room.aot");
    var options = List.of("-XX:AOTCacheOutput=" + cache);
    var trained = start(place, options, folder.resolve("training"), List.of("0", "2000"));
    return trained.waitFor() == 0 && Files.exists(cache)
        ? List.of("-XX:AOTCache=" + cache)
        : List.of();
  }

  /// Starts a room on a place, which tells its answers to `output` and its refusals to `errors`.
  static Process start(
      CrashPlace place, List<String> options, Path output, List<String> seedAndAnswers)
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
    command.add(CrashedRoom.class.getName());
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
