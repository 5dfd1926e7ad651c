package dev.countersign.trust;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// A scope whose memory is a map: what the store does with rows, for tests of the rules.
final class FoldedScope {
  static final Instant MORNING = Instant.parse("2026-03-02T08:00:00Z");
  static final Setting DEMO = new Setting(Profile.DEMO, Promotion.AUTOMATIC);
  static final Setting DEMO_SIGNED = new Setting(Profile.DEMO, Promotion.SIGNED);

  private final TrustFold fold;
  private final Setting setting;
  private final Map<String, Remembered> memory = new TreeMap<>();

  /// Those of them that are open or wait to be counted.
  private final Map<String, Remembered> live = new TreeMap<>();

  private TrustState state;
  private Optional<EarnedStage> earned = Optional.empty();
  private Instant clock = MORNING;
  private long proposals;

  FoldedScope(Setting setting) {
    this(setting, TrustState.start(MORNING));
  }

  FoldedScope(Setting setting, TrustState state) {
    this.setting = setting;
    this.fold = new TrustFold(setting);
    this.state = state;
  }

  static FoldedScope at(Stage stage) {
    return new FoldedScope(DEMO, stateAt(stage));
  }

  static TrustState stateAt(Stage stage) {
    var json = TrustState.start(MORNING).toJson();
    return TrustState.fromJson(json.with("stage", Json.of(stage.word())));
  }

  TrustState state() {
    return state;
  }

  /// By what evidence it was promoted last, if by a test.
  Optional<EarnedStage> earned() {
    return earned;
  }

  Stage stage() {
    return state.stage();
  }

  Recommendation recommendation() {
    return Recommendation.of(state, setting).orElseThrow();
  }

  Optional<Remembered> memoryOf(UUID proposal) {
    return Optional.ofNullable(memory.get(proposal.toString()));
  }

  List<StageChange> fold(TrustEvent event) {
    return fold(event, Integer.MAX_VALUE);
  }

  /// Settles what is due or waits in parts of `part` before the event, as the store does.
  List<StageChange> fold(TrustEvent event, int part) {
    var changes = new ArrayList<StageChange>();
    boolean more = part < Integer.MAX_VALUE;
    while (more) {
      var due = first(due(event), part);
      long before = state.counted();
      changes.addAll(keep(fold.settle(state, event.at(), due, first(waiting(), part))));
      more = due.size() == part || state.counted() - before == part;
    }
    changes.addAll(keep(fold.apply(state, event, known(event), due(event), waiting())));
    return changes;
  }

  /// What the event would change; keeps nothing.
  List<StageChange> probe(TrustEvent event) {
    return fold.apply(state, event, known(event), due(event), waiting()).changes();
  }

  private static List<Remembered> first(List<Remembered> items, int most) {
    return items.subList(0, Math.min(most, items.size()));
  }

  private List<Remembered> due(TrustEvent event) {
    var now = state.after(event.at());
    return live.values().stream()
        .filter(item -> item.dueBefore(now))
        .sorted(
            Comparator.comparing((Remembered item) -> item.dueAt().orElseThrow())
                .thenComparing(item -> item.proposalId().toString()))
        .toList();
  }

  private List<Remembered> waiting() {
    return live.values().stream()
        .filter(item -> item.waitingTurn().isPresent())
        .sorted(Comparator.comparing((Remembered item) -> item.waitingTurn().orElseThrow()))
        .toList();
  }

  private List<StageChange> keep(TrustFold.Step step) {
    state = step.state();
    earned = step.earned().or(() -> earned);
    step.remembered().forEach(this::keep);
    return step.changes();
  }

  private void keep(Remembered item) {
    var id = item.proposalId().toString();
    memory.put(id, item);
    if (item.phase() == Remembered.Phase.OPEN || item.waitingTurn().isPresent()) {
      live.put(id, item);
    } else {
      live.remove(id);
    }
  }

  private Optional<Remembered> known(TrustEvent event) {
    return event.concerns().flatMap(this::memoryOf);
  }

  /// Writes everything as text and reads it back.
  void passThroughText() {
    state = TrustState.fromJson(JsonReader.readObject(text()));
    for (var item : List.copyOf(memory.values())) {
      keep(Remembered.fromJson(JsonReader.readObject(CanonicalJson.text(item.toJson()))));
    }
  }

  String text() {
    return CanonicalJson.text(state.toJson());
  }

  // What tests say in a word; each happens a minute after the last.

  Instant now() {
    return clock;
  }

  void pass(Duration time) {
    clock = clock.plus(time);
  }

  UUID proposal() {
    proposals++;
    return new UUID(0x7000L, Long.MIN_VALUE | proposals);
  }

  UUID approve() {
    return decide(true);
  }

  UUID reject() {
    return decide(false);
  }

  UUID decide(boolean approved) {
    var proposal = proposal();
    pass(Duration.ofMinutes(1));
    fold(new TrustEvent.Decided(proposal, approved, clock, true));
    return proposal;
  }

  UUID execute(UUID proposal) {
    pass(Duration.ofMinutes(1));
    fold(new TrustEvent.Executed(proposal, clock, false));
    return proposal;
  }

  UUID run() {
    var proposal = proposal();
    pass(Duration.ofMinutes(1));
    fold(new TrustEvent.Executed(proposal, clock, true));
    return proposal;
  }

  List<StageChange> observe(UUID proposal, boolean success, Severity severity) {
    pass(Duration.ofMinutes(1));
    return fold(
        new TrustEvent.OutcomeObserved(
            proposal, success, severity, Optional.of(60L), Optional.of(240L), clock));
  }

  List<StageChange> succeed(UUID proposal) {
    return observe(proposal, true, Severity.NONE);
  }

  List<StageChange> fail(UUID proposal) {
    return observe(proposal, false, Severity.MINOR);
  }

  List<StageChange> rollBack(UUID proposal) {
    pass(Duration.ofMinutes(1));
    return fold(new TrustEvent.RolledBack(proposal, clock));
  }
}
