package dev.countersign.trust.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Heard;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.replay.Findings.Terms;
import dev.countersign.trust.replay.ReplayedScope.Came;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LoggedTrustTest {
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID TWO = new UUID(0, 2);

  private final ToldLog log = ToldLog.of(Profile.DEMO);

  private static Came came(Findings findings, UUID scope) {
    return findings.scopes().stream()
        .filter(one -> one.id().equals(scope))
        .findFirst()
        .orElseThrow()
        .came();
  }

  @Test
  void whatWasEarnedAgrees() {
    for (int i = 0; i < 7; i++) {
      log.approved(ONE);
      log.approved(TWO);
    }
    var findings = log.replayed();
    assertThat(findings.sound()).isTrue();
    assertThat(findings.terms()).isEqualTo(Terms.TOLD);
    assertThat(findings.heard()).isEqualTo(28);
    assertThat(findings.entries()).isEqualTo(29);
    assertThat(findings.scopes())
        .extracting(ReplayedScope::came, ReplayedScope::heard, ReplayedScope::stage)
        .containsOnly(tuple(new Came.Agrees(), 14L, Optional.of(Stage.PROPOSE)));
  }

  @Test
  void aStateThatWasNotEarnedIsFoundWhereItDiffersFirst() {
    log.approved(ONE);
    int altered = log.approved(ONE);
    log.approved(TWO);
    log.alter(altered);
    log.alter(log.approved(ONE));
    var findings = log.replayed();
    assertThat(findings.sound()).isFalse();
    assertThat(came(findings, TWO)).isEqualTo(new Came.Agrees());
    assertThat(came(findings, ONE))
        .isEqualTo(
            new Came.Differs(
                altered, "it comes to another state than the log tells, at stage `observe`"));
  }

  @Test
  void evidenceThatIsErasedMakesItsScopeUnknownAndNoOther() {
    log.approved(ONE);
    int erased = log.approved(ONE);
    int next = log.approved(ONE) - 1;
    log.approved(ONE);
    log.approved(TWO);
    log.erase(erased);
    var findings = log.replayed();
    assertThat(findings.sound()).isTrue();
    assertThat(findings.erased()).isEqualTo(1);
    assertThat(came(findings, ONE))
        .isEqualTo(
            new Came.Unknown(next, "1 of what it heard before may be in entries that are erased"));
    assertThat(findings.scopes().getFirst().stage()).isEmpty();
    assertThat(came(findings, TWO)).isEqualTo(new Came.Agrees());
  }

  @Test
  void anErasureOfSomethingElseIsNoExcuse() {
    log.approved(ONE);
    log.erase(log.tell("decision.made", Json.object().build()));
    int altered = log.approved(ONE);
    log.alter(altered);
    assertThat(came(log.replayed(), ONE)).isInstanceOf(Came.Differs.class);
  }

  @Test
  void whatIsTakenAwayWithoutAnErasureIsFound() {
    log.approved(ONE);
    int taken = log.approved(ONE);
    int next = log.approved(ONE) - 1;
    log.remove(taken);
    var findings = log.replayed();
    assertThat(came(findings, ONE))
        .isEqualTo(
            new Came.Differs(
                next, "1 of what it heard before are missing, and no entry in between is erased"));
    assertThat(findings.scopes().getFirst().stage()).isEmpty();
    assertThat(findings.sound()).isFalse();
  }

  @Test
  void anErasureBeforeAStateThatAgreedIsNoExcuse() {
    log.approved(ONE);
    log.erase(log.tell("decision.made", Json.object().build()));
    log.approved(ONE);
    int taken = log.approved(ONE);
    log.approved(ONE);
    log.remove(taken);
    assertThat(came(log.replayed(), ONE)).isInstanceOf(Came.Differs.class);
  }

  @Test
  void whatIsToldTwiceIsFound() {
    log.approved(ONE);
    var again = log.heard(ONE, new Heard.What.Event(log.decided(UUID.randomUUID(), true)));
    log.tell("proposal.created", ToldLog.evidence(again, again));
    assertThat(came(log.replayed(), ONE))
        .isEqualTo(new Came.Differs(3, "event 3 of the scope is told again"));
  }

  @Test
  void whatHasNoNumberIsFoldedUntilThereAreNumbers() {
    log.tell("proposal.created", unnumbered());
    log.approved(ONE);
    assertThat(log.replayed().sound()).isTrue();
    int place = log.tell("proposal.created", unnumbered());
    assertThat(came(log.replayed(), ONE))
        .isEqualTo(new Came.Differs(place, "event 4 of the scope has no number"));
  }

  private JsonObject unnumbered() {
    var heard = log.heard(ONE, new Heard.What.Event(log.decided(UUID.randomUUID(), true)));
    return Json.object()
        .put("evidence", Json.array(List.of(heard.toJson().without("number"))))
        .build();
  }

  @Test
  void aScopeOlderThanWhatTheLogTellsIsUnknown() {
    int first = log.approved(ONE) - 1;
    log.approved(ONE);
    log.remove(first);
    assertThat(came(log.replayed(), ONE))
        .isEqualTo(new Came.Unknown(2, "the log does not tell the first 1 that it heard"));
  }

  @Test
  void twoScopesOfOneNameOrOnePlaceAreFound() {
    log.approved(ONE);
    int second = log.approved(TWO) - 1;
    log.change(second, "queue 2", "queue 1");
    assertThat(came(log.replayed(), TWO))
        .isEqualTo(
            new Came.Differs(second, "it is told as the scope, or in the place, of another one"));
  }

  @Test
  void aScopeIsSplitOffWithWhatTheOtherHas() {
    log.hear(ONE, log.decided(UUID.randomUUID(), false));
    log.split(TWO, ONE);
    log.approved(TWO);
    assertThat(log.replayed().sound()).isTrue();
  }

  @Test
  void splitOffWhatIsUnknownIsUnknown() {
    int erased = log.approved(ONE);
    log.approved(ONE);
    log.split(TWO, ONE);
    log.approved(TWO);
    log.erase(erased);
    assertThat(came(log.replayed(), TWO)).isInstanceOf(Came.Unknown.class);
    log.erase(erased - 1);
    log.erase(erased + 1);
    log.erase(erased + 2);
    assertThat(came(log.replayed(), TWO))
        .as("nothing of it is left")
        .isInstanceOf(Came.Unknown.class);
  }

  private static Setting stricter() {
    var begun = Setting.beginning(Profile.DEMO);
    var budgets =
        begun.budgets().stream()
            .map(one -> new HarmBudget(one.rate() / 2, Severity.MAJOR))
            .toList();
    return new Setting(Profile.DEMO, Promotion.SIGNED, budgets, 0.001);
  }

  @Test
  void evidenceIsFoldedUnderTheTermsOfItsTime() {
    log.approved(ONE);
    int set = log.set(Setting.beginning(Profile.DEMO), stricter());
    for (int i = 0; i < 7; i++) {
      log.approved(ONE);
    }
    assertThat(log.replayed().sound()).isTrue();
    assertThat(log.replayed().scopes().getFirst().stage())
        .as("nobody signed")
        .contains(Stage.OBSERVE);
    log.erase(set);
    assertThat(log.replayed().sound()).as("by other terms it is another state").isFalse();
  }

  @Test
  void termsThatAnErasedEntrySetAreSaidToBeLost() {
    var begun = Setting.beginning(Profile.DEMO);
    int lost = log.set(begun, stricter());
    log.set(stricter(), begun);
    assertThat(log.replayed().terms()).isEqualTo(Terms.TOLD);
    log.erase(lost);
    assertThat(log.replayed().terms()).isEqualTo(Terms.LOST);
    assertThat(log.replayed().sound()).isTrue();
    log.remove(lost);
    assertThat(log.replayed().faults())
        .extracting(Findings.Fault::words)
        .containsExactly("other terms were in force before it than the log tells");
  }

  @Test
  void whereTheLogDoesNotTellTheProfileItCanBeGiven() {
    for (int i = 0; i < 7; i++) {
      log.approved(ONE);
    }
    log.erase(0);
    assertThat(log.replayed().terms()).isEqualTo(Terms.ASSUMED);
    assertThat(log.replayed().sound()).isFalse();
    assertThat(log.replayed(Optional.of(Profile.DEMO)).sound()).isTrue();
  }

  @Test
  void whatCannotBeReadIsAFault() {
    var event = new TrustEvent.VersionsChanged("v", log.tick());
    var sound = log.heard(ONE, new Heard.What.Event(event)).toJson();
    for (var evidence :
        List.of(
            "7",
            "[7]",
            "[{}]",
            "[" + sound.toString().replace("Z\"", "\"") + "]",
            "[" + sound.toString().replace("versions\"", "whispers\"") + "]",
            "[" + sound.toString().replace("\"number\":1", "\"number\":0") + "]")) {
      log.tell("proposal.created", JsonReader.readObject("{\"evidence\":" + evidence + "}"));
    }
    log.tell("trust.settings_set", Json.object().build());
    var begun = ToldLog.settings(stricter(), stricter());
    log.tell(
        "trust.settings_set",
        begun.with("after", begun.object("after").orElseThrow().without("risk")));
    var findings = log.replayed();
    assertThat(findings.faults())
        .extracting(Findings.Fault::logIndex)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(findings.sound()).isFalse();
    assertThat(findings.scopes()).isEmpty();
  }

  @Test
  void timesThatCannotBeAreSaidAndEndNothing() {
    log.tell(
        "proposal.created",
        ToldLog.evidence(
            ToldLog.told(
                ONE,
                1,
                new Heard.What.Event(
                    new TrustEvent.Proposed(
                        UUID.randomUUID(),
                        Instant.parse("+1000000000-12-31T00:00:00Z"),
                        Duration.ofDays(3),
                        Optional.empty())),
                Digest.ZERO)));
    log.approved(TWO);
    var findings = log.replayed();
    assertThat(came(findings, ONE)).asString().contains("what was heard cannot be: ");
    assertThat(came(findings, TWO)).isEqualTo(new Came.Agrees());
  }

  @Test
  void faultsAreBounded() {
    for (int i = 0; i < 300; i++) {
      log.tell("proposal.created", Json.object().put("evidence", i).build());
    }
    assertThat(log.replayed().faults()).hasSize(100);
  }
}
