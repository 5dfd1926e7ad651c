package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import dev.countersign.trust.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Which earlier cases are near, and how sure a share of them is.
class SimilarCasesTest {

  /// The examples of Newcombe (1998), table I, method 3.
  @Test
  void aShareHasWilsonsInterval() {
    assertInterval(new Share(81, 263), 0.2553, 0.3662);
    assertInterval(new Share(15, 148), 0.0624, 0.1605);
    assertInterval(new Share(0, 20), 0, 0.1611);
    assertInterval(new Share(1, 29), 0.0061, 0.1718);
    assertInterval(new Share(20, 20), 1 - 0.1611, 1);
  }

  private static void assertInterval(Share share, double low, double high) {
    assertThat(share.low()).as(share.toString()).isCloseTo(low, within(5e-5));
    assertThat(share.high()).as(share.toString()).isCloseTo(high, within(5e-5));
  }

  @Test
  void ofNothingThereIsNoShare() {
    var json = new Share(0, 0).json();
    assertThat(json.truth("measured")).contains(false);
    assertThat(json.members()).doesNotContainKeys("rate", "low", "high");
  }

  @Test
  void anIntervalHoldsItsShareAndNarrowsWithMore() {
    Property.holdsFor(
        2_000,
        random -> {
          long of = 1 + random.nextLong(500);
          long count = random.nextLong(of + 1);
          var share = new Share(count, of);
          double rate = (double) count / of;
          assertThat(share.low()).isBetween(0.0, rate);
          assertThat(share.high()).isBetween(rate, 1.0);
          var more = new Share(count * 4, of * 4);
          assertThat(more.high() - more.low()).isLessThan(share.high() - share.low());
        });
  }

  @Test
  void theNearestAreCountedWhateverBecameOfThem() {
    var past =
        List.of(
            past("{\"cents\": 900, \"kind\": \"fire\"}", ProposalState.EXECUTED, Optional.of(true)),
            past("{\"cents\": 110, \"kind\": \"glass\"}", ProposalState.REJECTED, Optional.empty()),
            past(
                "{\"cents\": 100, \"kind\": \"glass\"}",
                ProposalState.EXECUTED,
                Optional.of(false)),
            past("{\"cents\": 100, \"kind\": \"fire\"}", ProposalState.EXECUTED, Optional.empty()),
            past("{}", ProposalState.ROLLED_BACK, Optional.of(true)));
    var attributes = JsonReader.readObject("{\"cents\": 100, \"kind\": \"glass\"}");
    var similar = SimilarCases.of(attributes, past);
    assertThat(similar.nearest())
        .extracting(near -> past.indexOf(near.past()))
        .containsExactly(2, 1, 3, 0, 4);
    assertThat(similar.approved()).isEqualTo(new Share(4, 5));
    assertThat(similar.succeeded()).as("what was taken back failed").isEqualTo(new Share(1, 3));
    var json = similar.json(new TreeSet<>(attributes.members().keySet()));
    assertThat(json.number("without_outcome")).contains(1.0);
    assertThat(json.object("states").orElseThrow().number("executed")).contains(3.0);
    assertThat(json.toString()).doesNotContain("confidence");
  }

  @Test
  void noMoreThanTheNearestAndNoneIsCountedTwice() {
    Property.holdsFor(
        200,
        random -> {
          var past = new ArrayList<PastCase>();
          int many = random.nextInt(60);
          for (int i = 0; i < many; i++) {
            past.add(
                past(
                    "{\"a\": %d}".formatted(random.nextInt(9)),
                    ProposalState.REJECTED,
                    Optional.empty()));
          }
          var similar = SimilarCases.of(Json.object().put("a", random.nextInt(9)).build(), past);
          assertThat(similar.nearest()).hasSize(Math.min(many, SimilarCases.MOST));
          assertThat(similar.nearest().stream().map(near -> near.past().proposalId()).distinct())
              .hasSize(similar.nearest().size());
          double furthest =
              similar.nearest().stream().mapToDouble(SimilarCases.Near::distance).max().orElse(0);
          var all = SimilarCases.of(Json.object().build(), past);
          assertThat(all.compared()).isEqualTo(many);
          assertThat(furthest).isBetween(0.0, 1.0);
        });
  }

  @Test
  void aConfidenceIsWorthWhatItsEqualsWere() {
    var past =
        List.of(
            confident(0.91, true),
            confident(0.99, false),
            confident(1.0, true),
            confident(0.5, false));
    assertThat(Calibration.of(0.95, past).right()).isEqualTo(new Share(2, 3));
    assertThat(Calibration.of(0.2, past).right().measured()).isFalse();
  }

  private static PastCase past(String attributes, ProposalState state, Optional<Boolean> success) {
    return new PastCase(
        UUID.randomUUID(),
        UUID.randomUUID(),
        JsonReader.readObject(attributes),
        state,
        success.map(good -> new PastCase.Result(good, good ? Severity.NONE : Severity.MINOR)),
        Optional.empty(),
        Instant.EPOCH);
  }

  private static PastCase confident(double confidence, boolean success) {
    return new PastCase(
        UUID.randomUUID(),
        UUID.randomUUID(),
        Json.object().build(),
        ProposalState.EXECUTED,
        Optional.of(new PastCase.Result(success, success ? Severity.NONE : Severity.MAJOR)),
        Optional.of(confidence),
        Instant.EPOCH);
  }
}
