package dev.countersign.benchmarks.trust;

import dev.countersign.kernel.JsonReader;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Remembered;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustFold;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.store.KnownStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What one entry costs a scope: the rules alone, and with the state read from its text and written
/// to it, as the store does. Target: 50 us. And what asking for a stage costs: 5 us.
///
/// The scope has lived for 300 proposals, so that its state is as large as states become.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class TrustFoldBenchmark {
  private static final Instant MORNING = Instant.parse("2026-03-02T08:00:00Z");
  private static final Duration WINDOW = Duration.ofHours(12);

  /// As many as the store hands in.
  private static final int WAITING = 20;

  private final TrustFold fold = new TrustFold(new Setting(Profile.STANDARD, Promotion.AUTOMATIC));
  private TrustState state = TrustState.start(MORNING);
  private String text = "";
  private char[] characters = {};
  private final KnownStates states = new KnownStates();
  private List<Remembered> waiting = List.of();
  private Optional<Remembered> open = Optional.empty();
  private TrustEvent approval = decided(new UUID(1, 1), MORNING);
  private TrustEvent success = outcome(new UUID(1, 1), MORNING);

  /// Lives through the proposals.
  @Setup
  public void live() {
    var memory = new HashMap<UUID, Remembered>();
    state = TrustState.start(MORNING);
    var now = MORNING;
    for (int i = 0; i < 300; i++) {
      now = now.plus(Duration.ofMinutes(40));
      var id = new UUID(0x7000L, i);
      apply(memory, decided(id, now));
      apply(memory, new TrustEvent.Executed(id, now, false, WINDOW));
      apply(memory, outcome(id, now));
    }
    var id = new UUID(0x7000L, 1_000);
    apply(memory, decided(id, now));
    apply(memory, new TrustEvent.Executed(id, now, false, WINDOW));
    text = state.toJson().toString();
    characters = text.toCharArray();
    waiting = waiting(memory);
    open = Optional.ofNullable(memory.get(id));
    success = outcome(id, now.plusSeconds(60));
    approval = decided(new UUID(0x7000L, 2_000), now.plusSeconds(60));
  }

  private void apply(Map<UUID, Remembered> memory, TrustEvent event) {
    var known =
        switch (event) {
          case TrustEvent.Executed executed -> memory.get(executed.proposalId());
          case TrustEvent.OutcomeObserved outcome -> memory.get(outcome.proposalId());
          case TrustEvent.Proposed _,
              TrustEvent.Ended _,
              TrustEvent.Decided _,
              TrustEvent.RolledBack _,
              TrustEvent.OutcomeOverdue _,
              TrustEvent.VersionsChanged _,
              TrustEvent.StageLowered _,
              TrustEvent.StageSigned _ ->
              null;
        };
    var step = fold.apply(state, event, Optional.ofNullable(known), List.of(), waiting(memory));
    state = step.state();
    step.remembered().forEach(item -> memory.put(item.proposalId(), item));
  }

  private static List<Remembered> waiting(Map<UUID, Remembered> memory) {
    var items = new ArrayList<Remembered>();
    for (var item : memory.values()) {
      if (item.waitingTurn().isPresent()) {
        items.add(item);
      }
    }
    items.sort((one, two) -> turn(one).compareTo(turn(two)));
    return List.copyOf(items.subList(0, Math.min(WAITING, items.size())));
  }

  private static Long turn(Remembered item) {
    return item.waitingTurn().orElse(Long.MAX_VALUE);
  }

  private static TrustEvent.Decided decided(UUID id, Instant at) {
    var by = Optional.of(id.getLeastSignificantBits() % 2 == 0 ? "user:ada" : "user:ben");
    return new TrustEvent.Decided(id, true, at, true, TrustEvent.Occasion.REVIEW, by);
  }

  private static TrustEvent.OutcomeObserved outcome(UUID id, Instant at) {
    return new TrustEvent.OutcomeObserved(
        id, true, Severity.NONE, Optional.of(60L), Optional.of(240L), at, Optional.of("system:x"));
  }

  /// The rules alone: a decision.
  @Benchmark
  public TrustFold.Step decision() {
    return fold.apply(state, approval, Optional.empty(), List.of(), waiting);
  }

  /// The rules alone: an outcome.
  @Benchmark
  public TrustFold.Step outcome() {
    return fold.apply(state, success, open, List.of(), waiting);
  }

  /// An outcome, from the stored text to the text to store.
  @Benchmark
  public String outcomeFromTextToText() {
    var read = TrustState.fromJson(JsonReader.readObject(text));
    return fold.apply(read, success, open, List.of(), waiting).state().toJson().toString();
  }

  /// The stage in force now, from the state.
  @Benchmark
  public Stage stageInForce() {
    return fold.settle(state, MORNING, List.of(), List.of()).state().stage();
  }

  /// The stage in force now, from the stored text.
  @Benchmark
  public Stage stageInForceFromText() {
    var read = TrustState.fromJson(JsonReader.readObject(text));
    return fold.settle(read, MORNING, List.of(), List.of()).state().stage();
  }

  /// An outcome as the store has it: a text that was just read from a row, whose state is known.
  @Benchmark
  public String outcomeAsStored() {
    var read = states.read(new String(characters));
    return states.write(fold.apply(read, success, open, List.of(), waiting).state());
  }

  /// The stage in force now, likewise.
  @Benchmark
  public Stage stageInForceAsStored() {
    var read = states.read(new String(characters));
    return fold.settle(read, MORNING, List.of(), List.of()).state().stage();
  }
}
