package dev.countersign.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What was folded by other rules is folded again by those.
class EditionTest {

  /// Written by the last code before there were editions, weights, and versions of proposals: two
  /// scopes whose versions take turns, with outcomes that come when others are named.
  private static final String BEFORE = "/heard-first-edition.txt";

  @Test
  void aLogOfBeforeComesToTheSameStatesBitForBit() throws IOException {
    var lines = lines();
    assertThat(lines).hasSizeGreaterThan(150);
    assertThat(problems(lines)).isEmpty();
  }

  @Test
  void byTheRulesOfNowItWouldNot() throws IOException {
    var asOfNow =
        lines().stream()
            .map(line ->
                line.object("set").isPresent()
                    ? line
                    : line.with("edition", Json.of(Edition.NOW.number())))
            .toList();
    assertThat(problems(asOfNow)).isNotEmpty();
  }

  /// As the rows of before have it: a replay that knew more would come to other states than they.
  @Test
  void byTheFirstEditionNobodyNotesOfWhichVersionsAProposalIs() {
    var proposal = new UUID(0x7000L, Long.MIN_VALUE);
    var at = FoldedScope.MORNING;
    for (var edition : Edition.values()) {
      var fold = new TrustFold(FoldedScope.DEMO, edition);
      var named = new TrustEvent.VersionsChanged("a", at, Optional.of(proposal));
      var step = fold.apply(TrustState.start(at), named, Optional.empty(), List.of(), List.of());
      assertThat(step.remembered()).hasSize(edition == Edition.FIRST ? 0 : 1);
      var shown = new TrustEvent.Proposed(proposal, at, Duration.ofDays(1), Optional.empty());
      var memory =
          fold.apply(step.state(), shown, Optional.empty(), List.of(), List.of())
              .remembered()
              .getFirst();
      assertThat(memory.versions().isPresent()).isEqualTo(edition != Edition.FIRST);
    }
  }

  @Test
  void byTheEditionsOfBeforeEachReportOfASevereHarmDemotes() {
    var proposal = new UUID(0x7000L, Long.MIN_VALUE);
    for (var edition : Edition.values()) {
      var fold = new TrustFold(FoldedScope.DEMO, edition);
      var first =
          fold.apply(
              TrustState.start(FoldedScope.MORNING),
              severe(proposal),
              none(),
              List.of(),
              List.of());
      var memory = first.remembered().getLast();
      assertThat(memory.severe()).isEqualTo(edition.compareTo(Edition.THIRD) >= 0);
      assertThat(first.state().attempt().number()).isEqualTo(2);
      var again =
          fold.apply(first.state(), severe(proposal), Optional.of(memory), List.of(), List.of());
      assertThat(again.state().attempt().number())
          .isEqualTo(edition.compareTo(Edition.THIRD) >= 0 ? 2 : 3);
      // Of what was remembered before nobody noted it: that demotes once more, and then no more.
      var now = new TrustFold(FoldedScope.DEMO);
      var unmarked = Remembered.fromJson(without(memory.toJson(), "severe"));
      var later =
          now.apply(first.state(), severe(proposal), Optional.of(unmarked), List.of(), List.of());
      assertThat(later.state().attempt().number()).isEqualTo(3);
      assertThat(later.remembered().getLast().severe()).isTrue();
    }
  }

  @Test
  void byTheEditionsOfBeforeWhatIsToldStandsStillOnceTheShareHasChanged() {
    var budget = 0.02;
    for (var edition : Edition.values()) {
      var attempt = Attempt.start(1);
      for (var probability : List.of(0.05, 0.5)) {
        attempt = attempt.plus(new TrustEvent.Draw(true, probability), false, budget, edition);
        attempt = attempt.plus(new TrustEvent.Draw(false, probability), false, budget, edition);
      }
      assertThat(attempt.counted()).isEqualTo(edition.compareTo(Edition.FOURTH) >= 0 ? 2 : 1);
      assertThat(attempt.toJson().member("looked").isPresent())
          .isEqualTo(edition.compareTo(Edition.FOURTH) >= 0);
      assertThat(Attempt.fromJson(attempt.toJson())).isEqualTo(attempt);
      assertThat(attempt.test(budget).counted()).as("what the test has is the same").isEqualTo(1);
    }
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  private static JsonObject without(JsonObject json, String name) {
    var rest = Json.object();
    json.members()
        .forEach((key, value) -> {
          if (!key.equals(name)) {
            rest.put(key, value);
          }
        });
    return rest.build();
  }

  private static TrustEvent severe(UUID proposal) {
    return new TrustEvent.OutcomeObserved(
        proposal, false, Severity.SEVERE, none(), none(), FoldedScope.MORNING);
  }

  @Test
  void whatIsFoldedNowSaysByWhichRules() throws IOException {
    var old = lines().stream().filter(line -> line.object("set").isEmpty()).findFirst();
    var heard = Heard.fromJson(old.orElseThrow());
    assertThat(heard.edition()).isEqualTo(Edition.FIRST);
    var state = TrustState.start(FoldedScope.MORNING);
    var event = new TrustEvent.StageLowered(Stage.OBSERVE, "user:ada", FoldedScope.MORNING);
    var now = Heard.of(heard.scopeId(), heard.key(), 1, event, state);
    assertThat(now.toJson().number("edition")).contains((double) Edition.NOW.number());
    assertThat(Heard.fromJson(now.toJson())).isEqualTo(now);
  }

  @Test
  void anEditionThatIsNotKnownHereIsNotFolded() throws IOException {
    var line = lines().getLast().with("edition", Json.of(99));
    assertThatThrownBy(() -> Heard.fromJson(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("edition 99");
  }

  private static List<String> problems(List<JsonObject> lines) {
    var replay = new TrustReplay(Setting.STRICTEST);
    var problems = new ArrayList<String>();
    for (var line : lines) {
      var setting = line.object("set");
      if (setting.isPresent()) {
        replay.set(Setting.fromJson(setting.get()));
      } else {
        if (!(replay.fold(Heard.fromJson(line)) instanceof TrustReplay.Folded.Agreed)) {
          problems.add(line.toString());
        }
      }
    }
    return problems;
  }

  private static List<JsonObject> lines() throws IOException {
    try (var file = EditionTest.class.getResourceAsStream(BEFORE)) {
      assertThat(file).isNotNull();
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(JsonReader::readObject)
          .toList();
    }
  }
}
