package dev.countersign.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.events.usecase.WebhookRequest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which entries are sent, where to, and when again.
class WebhookRulesTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "*, gate.revoked, true",
    "gate.*, gate.revoked, true",
    "gate.*, gateway.opened, false",
    "gate.revoked, gate.revoked, true",
    "gate.revoked, gate.revoked_again, false",
    "policy.simulation.*, policy.simulation_started, false",
  })
  void aFilterTakesWhatItNames(String pattern, String action, boolean takes) {
    assertThat(new ActionFilter(List.of(pattern)).takes(action)).isEqualTo(takes);
  }

  @Test
  void withoutPatternsEverythingIsTaken() {
    assertThat(ActionFilter.ALL.takes("gate.revoked")).isTrue();
    assertThat(new ActionFilter(List.of("a.b", "gate.*")).takes("gate.revoked")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gate", "gate.", "*.revoked", "gate*", "Gate.*", "gate.*.x", ".*"})
  void whatIsNoPatternIsNone(String pattern) {
    assertThat(ActionFilter.valid(pattern)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "gate.revokd, 'no entry has the action `gate.revokd`; there are `gate.authorized`, `gate.refused`, `gate.revoked`'",
    "auth.failed, 'no entry has the action `auth.failed`; there is `auth.login_failed`'",
    "gate.revoked.*, 'no entry has the action `gate.revoked.*`; there are `gate.authorized`, `gate.refused`, `gate.revoked`'",
    "Gate.*, 'must be an action such as `gate.revoked`, or `gate.*`'",
  })
  void aFilterThatNothingFitsIsRefusedWithWhatThereIs(String pattern, String message) {
    var body =
        Json.object()
            .put("url", "https://h/")
            .put("actions", Json.array(List.of(Json.of("case.*"), Json.of(pattern))))
            .build();
    assertThatThrownBy(() -> WebhookRequest.parseNew(body))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            refused ->
                assertThat(refused.violations())
                    .containsExactly(new Violation("/actions/1", "wrong_value", message)));
  }

  @Test
  void aFilterOfNoFamilyIsToldAllFamilies() {
    assertThat(RecordedActions.wrong("gates.*").orElseThrow())
        .startsWith("no entry has the action `gates.*`; there are `alarm.*`, `anomaly.*`, ")
        .endsWith("`webhook.*`, `workflow.*`");
  }

  @Test
  void everyRecordedActionAndItsFamilyMayBeAskedFor() {
    for (var action : RecordedActions.names()) {
      assertThat(RecordedActions.wrong(action)).isEmpty();
      assertThat(RecordedActions.wrong(action.replaceAll("\\..*", ".*"))).isEmpty();
    }
    assertThat(RecordedActions.wrong("*")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hooks.example.com",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https:///path",
        "https://user@example.com/",
        "https://user:pass@example.com/",
        "https://example.com/#fragment",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://exa mple.com/",
        "https://example.com/a\r\nX: y",
        "https://exämple.com/",
        "https://[fe80::1%25eth0]/",
        "https://under_score.example.com/"
      })
  void whatIsNoAddressOfAReceiverIsRefused(String url) {
    assertThat(WebhookUrl.wrong(url)).isPresent();
  }

  @Test
  void anAddressIsTakenApartAsItStands() {
    var url = new WebhookUrl("https://hooks.example.com:8443/a/b?c=d&e");
    assertThat(url.host()).isEqualTo("hooks.example.com");
    assertThat(url.port()).isEqualTo(8443);
    assertThat(url.target()).isEqualTo("/a/b?c=d&e");
    assertThat(url.targetUri()).isEqualTo(url.text());
    assertThat(new WebhookUrl("https://h?q").targetUri()).isEqualTo("https://h/?q");
    assertThat(new WebhookUrl("https://[2606:4700::1]/x").host()).isEqualTo("2606:4700::1");
    assertThat(new WebhookUrl("http://h").port()).isEqualTo(80);
  }

  @Test
  void whatSaysThatAnEventIsDeadIsToldByNoWebhook() {
    var all =
        new Webhook(
            new java.util.UUID(0, 1),
            new WebhookUrl("https://h/"),
            ActionFilter.ALL,
            "",
            WebhookState.ACTIVE,
            "api_key:ck_1",
            NOW);
    assertThat(all.takes(Webhook.DEAD_LETTERED)).isFalse();
    assertThat(all.takes("webhook.redriven")).isTrue();
  }

  @Test
  void anEventIsTriedForAboutADay() {
    Property.holdsFor(
        200,
        random -> {
          var total = Duration.ZERO;
          int failures = 1;
          for (var delay = RetrySchedule.USUAL.after(failures, random);
              delay.isPresent();
              delay = RetrySchedule.USUAL.after(++failures, random)) {
            total = total.plus(delay.get());
          }
          assertThat(failures).isEqualTo(13);
          assertThat(total).isBetween(Duration.ofHours(18), Duration.ofHours(30));
        });
  }

  @Test
  void aReceiverThatFailsOftenInARowIsAskedRarelyAndNeverForgotten() {
    var random = new Random(1);
    var health = ReceiverHealth.GOOD;
    for (int i = 1; i < ReceiverHealth.TOLERATED; i++) {
      health = health.failed(NOW, random);
      assertThat(health.failing()).isFalse();
    }
    var before = Duration.ZERO;
    for (int i = 0; i < 100; i++) {
      health = health.failed(NOW.plusSeconds(i), random);
      assertThat(health.failingSince()).contains(NOW);
      var pause = Duration.between(NOW.plusSeconds(i), health.retryAt().orElseThrow());
      assertThat(pause).isLessThanOrEqualTo(Duration.ofMinutes(6));
      if (i == 0) {
        before = pause;
      }
    }
    assertThat(before).isLessThan(Duration.ofSeconds(7));
  }
}
