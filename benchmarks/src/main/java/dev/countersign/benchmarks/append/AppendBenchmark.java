package dev.countersign.benchmarks.append;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.usecase.CheckpointFile;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.Decisions;
import dev.countersign.ledger.usecase.Fsck;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Measures the append path; see `benchmarks/append.sh`.
public final class AppendBenchmark {
  /// Less than the writer's queue holds, some batches more than it writes at once.
  private static final int IN_FLIGHT = 2_000;

  private static final int RATE = 5_000;
  private static final String ORIGIN = "append.benchmark/log";

  /// One turn of the warm-up.
  private static final int SOME_SECONDS = 5;

  private final ContentKeys content;
  private final AppendPlace place;
  private final int runs;
  private final int seconds;
  private final LogState state = new LogState(false);
  private final SigningKey key =
      SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
  private final Path checkpoint;
  private final CheckpointSigner signer;
  private final DecisionWriter writer;
  private final PlainWriter plain;
  private final Load small;
  private final Load typical;
  private final Map<String, List<Double>> rates = new TreeMap<>();

  private AppendBenchmark(AppendPlace place, Path folder, int runs, int seconds)
      throws SQLException {
    this.place = place;
    this.runs = runs;
    this.seconds = seconds;
    var clock = Clock.systemUTC();
    var ids = new Ids(clock, new SecureRandom());
    checkpoint = folder.resolve("checkpoint");
    signer =
        new CheckpointSigner(place.as(DatabaseRole.SEQUENCER), LogKeys.of(key), checkpoint, state);
    content =
        ContentKeyStore.open(
            folder.resolve("content-keys"),
            place.as(DatabaseRole.APP),
            place.as(DatabaseRole.MAINTENANCE),
            new SecureRandom());
    writer =
        new DecisionWriter(
            place.as(DatabaseRole.BATCH), new AppendPath(content), signer, state, ids, ORIGIN);
    plain = new PlainWriter(place.as(DatabaseRole.BATCH));
    small = new Load(ids, clock, Load.SMALL, IN_FLIGHT);
    typical = new Load(ids, clock, Load.TYPICAL, IN_FLIGHT);
  }

  /// @param args an empty folder, how many runs, the seconds of each, and the megabytes of
  ///   write-ahead log to write before
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    var folder = Files.createDirectories(Path.of(args[0]));
    var directory = folder.resolve("postgres");
    boolean sound;
    try (var postgres = EmbeddedPostgres.start(Settings.in(directory))) {
      sound =
          new AppendBenchmark(
                  AppendPlace.prepare(postgres),
                  folder,
                  Integer.parseInt(args[1]),
                  Integer.parseInt(args[2]))
              .run(Long.parseLong(args[3]) << 20);
    }
    EmbeddedPostgres.remove(directory);
    if (!sound) {
      System.exit(1);
    }
  }

  private boolean run(long warmUp) throws IOException, InterruptedException, SQLException {
    System.out.printf(
        Locale.ROOT,
        "canonical form: small %d bytes, typical %d; %d entries in flight%n",
        small.canonicalBytes(),
        typical.canonicalBytes(),
        IN_FLIGHT);
    writer.start();
    signer.start();
    warmUp(warmUp);
    throughput();
    plain.close();
    checkpoints();
    writer.close();
    signer.close();
    return recompute();
  }

  /// A fresh cluster makes its first gigabytes of write-ahead log files, and each stalls a commit;
  /// once a checkpoint is over they are used again.
  private void warmUp(long bytes) throws InterruptedException, SQLException {
    long begun = place.writtenAhead();
    do {
      typical.run(this::append, SOME_SECONDS);
      typical.run(plain::submit, SOME_SECONDS);
    } while (place.writtenAhead() - begun < bytes);
    System.out.printf(
        Locale.ROOT,
        "warm-up: %d MB of write-ahead log, %d checkpoint(s) of the database%n",
        (place.writtenAhead() - begun) >> 20,
        place.checkpoints());
  }

  private CompletableFuture<Decisions.Result> append(Entry.Draft draft) {
    return writer.submit(new Decisions.Submission(draft, 1, 1));
  }

  /// The ledger and the plain append in turn, so that what else the machine does meets both.
  private void throughput() throws InterruptedException, SQLException {
    for (int i = 1; i <= runs; i++) {
      once(i, "small", small);
      once(i, "typical", typical);
    }
    for (var kind : List.of("small", "typical")) {
      double ledger = middle(rates.getOrDefault("ledger, " + kind, List.of()));
      double without = middle(rates.getOrDefault("plain, " + kind, List.of()));
      System.out.printf(
          Locale.ROOT,
          "median, %s: ledger %.0f/s, plain %.0f/s, %.0f %% of it%n",
          kind,
          ledger,
          without,
          100 * ledger / without);
    }
  }

  private void once(int number, String kind, Load load) throws InterruptedException, SQLException {
    measure(number, "ledger, " + kind, load, this::append);
    measure(number, "plain, " + kind, load, plain::submit);
  }

  private void measure(
      int number,
      String name,
      Load load,
      Function<Entry.Draft, ? extends CompletableFuture<?>> appender)
      throws InterruptedException, SQLException {
    long ahead = place.writtenAhead();
    var own = cpu(ProcessHandle.current());
    var databases = databaseCpu();
    var run = load.run(appender, seconds);
    double thousands = run.entries() / 1e3;
    System.out.printf(
        Locale.ROOT,
        "run %d, %s: %.0f/s; a thousand take %.1f ms of processor here, %.1f ms in the database, %.0f kB of write-ahead log%n",
        number,
        name,
        run.rate(),
        cpu(ProcessHandle.current()).minus(own).toNanos() / 1e6 / thousands,
        databaseCpu().minus(databases).toNanos() / 1e6 / thousands,
        (place.writtenAhead() - ahead) / 1e3 / thousands);
    rates.computeIfAbsent(name, _ -> new ArrayList<>()).add(run.rate());
  }

  private Duration databaseCpu() {
    return ProcessHandle.of(place.postgres().pid()).stream()
        .flatMap(ProcessHandle::children)
        .map(AppendBenchmark::cpu)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void checkpoints() throws InterruptedException, SQLException {
    var delay = new CheckpointDelay(writer, signer, typical);
    var middles = new ArrayList<Double>();
    var tails = new ArrayList<Double>();
    for (int i = 1; i <= runs; i++) {
      var delays = delay.run(RATE, seconds, place.number("select size from ledger.head"));
      System.out.printf(
          Locale.ROOT, "run %d, %d/s, due to answered: %s%n", i, RATE, delays.answered().words());
      System.out.printf(
          Locale.ROOT,
          "run %d, %d/s, answered to covered: %s%n",
          i,
          RATE,
          delays.covered().words());
      middles.add(delays.covered().millis(0.5));
      tails.add(delays.covered().millis(0.99));
    }
    System.out.printf(
        Locale.ROOT,
        "median, from the answer to the covering signed checkpoint: p50 %.2f ms, p99 %.2f ms%n",
        middle(middles),
        middle(tails));
  }

  private boolean recompute() throws IOException {
    var finding =
        new Fsck(place.as(DatabaseRole.FSCK), Optional.of(content))
            .run(CheckpointFile.read(checkpoint), TrustedKeys.of(key.verifier()), (_, _) -> {});
    return switch (finding) {
      case Fsck.Finding.Sound _ -> {
        System.out.printf(
            Locale.ROOT,
            "log: sound, %d entries, %d failed rounds%n",
            state.entries(),
            state.failures());
        yield state.failures() == 0;
      }
      case Fsck.Finding.Damaged(var first) -> {
        System.out.printf(Locale.ROOT, "log: damaged, %s%n", first);
        yield false;
      }
    };
  }

  private static double middle(List<Double> values) {
    return values.stream().sorted().toList().get((values.size() - 1) / 2);
  }
}
