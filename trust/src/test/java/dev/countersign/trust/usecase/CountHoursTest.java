package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.ManualClock;
import dev.countersign.testkit.Property;
import dev.countersign.testkit.SentStatements;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Severity;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustEvent.Occasion;
import dev.countersign.trust.TrustEvent.Said;
import dev.countersign.trust.predict.anomaly.Happening;
import dev.countersign.trust.predict.anomaly.Happening.What;
import dev.countersign.trust.predict.anomaly.Window;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.store.WindowStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CountHoursTest {
  private static final TrustDatabase DATABASE = new TrustDatabase();
  private static final ScopeKey REFILL =
      new ScopeKey("main", "verification", "advance", ScopeKey.ANY);
  private static final Instant EIGHT = Instant.parse("2026-03-02T08:00:00Z");
  private static final List<Occasion> OCCASIONS = List.of(Occasion.values());

  private final ManualClock clock = ManualClock.at("2026-03-02T08:00:00Z");
  private final Ids ids = new Ids(clock, new SecureRandom());
  private final TrustScopes scopes = new TrustScopes(new TrustStore(), ids, clock);

  /// An event, and what a window should make of it.
  private record Told(TrustEvent event, Optional<Happening> happening) {}

  @Test
  void hoursHaveExactlyWhatTheEventsWere() {
    Property.holdsFor(
        8,
        random -> {
          var tenant = DATABASE.tenant();
          var expected = new TreeMap<Instant, List<Happening>>();
          UUID scope = new UUID(0, 0);
          for (int i = 0; i < 80; i++) {
            clock.advance(Duration.ofMillis(random.nextLong(400_000)));
            var told = some(random, clock.instant().truncatedTo(ChronoUnit.MICROS));
            scope = observe(tenant, told.event());
            told.happening()
                .ifPresent(happening ->
                    expected
                        .computeIfAbsent(
                            happening.at().truncatedTo(ChronoUnit.HOURS), _ -> new ArrayList<>())
                        .add(happening));
          }
          // The last one is still counted.
          var running = expected.pollLastEntry();
          assertThat(windows(tenant, scope))
              .isEqualTo(
                  expected.entrySet().stream()
                      .map(hour -> Window.of(hour.getKey(), hour.getValue()).orElseThrow())
                      .toList());
          assertThat(hour(tenant, scope))
              .isEqualTo(Window.of(running.getKey(), running.getValue()));
          assertThat(rows(tenant, "not closed")).isEqualTo(1);
        });
  }

  @Test
  void anEventOfAnEarlierHourCountsInTheRunningOneAndOneOfTheFutureNow() {
    var tenant = DATABASE.tenant();
    clock.advance(Duration.ofMinutes(90));
    var scope = observe(tenant, executed(clock.instant()));
    observe(tenant, executed(EIGHT));
    observe(tenant, executed(clock.instant().plus(Duration.ofDays(3))));
    assertThat(windows(tenant, scope)).isEmpty();
    var window = hour(tenant, scope).orElseThrow();
    assertThat(window.start()).isEqualTo(EIGHT.plus(Duration.ofHours(1)));
    assertThat(window.total()).isEqualTo(3);
  }

  @Test
  void hoursGoByTheTimesOfTheirEventsAlsoInThePast() {
    var tenant = DATABASE.tenant();
    var scope = observe(tenant, executed(EIGHT.minus(Duration.ofDays(7))));
    observe(tenant, executed(EIGHT.minus(Duration.ofDays(6))));
    observe(tenant, executed(EIGHT.minus(Duration.ofDays(5))));
    assertThat(windows(tenant, scope))
        .extracting(Window::start)
        .containsExactly(EIGHT.minus(Duration.ofDays(7)), EIGHT.minus(Duration.ofDays(6)));
    assertThat(rows(tenant, "begun_at = '2026-03-02 08:00Z'")).isEqualTo(3);
  }

  @Test
  void anHourIsUndoneWithItsTransaction() {
    var tenant = DATABASE.tenant();
    var undone = new IllegalStateException("something else went wrong");
    try {
      run(
          tenant,
          transaction -> {
            scopes.observe(transaction, REFILL, executed(clock.instant()));
            throw undone;
          });
    } catch (IllegalStateException expected) {
      assertThat(expected).isSameAs(undone);
    }
    assertThat(rows(tenant, "true")).isZero();
  }

  @Test
  void anEventWithinAnHourCostsNoStatementOfItsOwn() {
    var tenant = DATABASE.tenant();
    observe(tenant, executed(EIGHT));
    clock.advance(Duration.ofMinutes(1));
    var sent = new SentStatements();
    new TenantTransactions(sent.of(DATABASE.as(DatabaseRole.APP)))
        .run(
            tenant,
            Rules.APPLY,
            transaction -> scopes.observe(transaction, REFILL, executed(clock.instant())));
    var texts = String.join(";", sent.texts());
    assertThat(texts).contains("trust.scope").doesNotContain("trust.hour");
    assertThat(texts.split("update trust.scope", -1)).hasSize(2);
  }

  private Told some(RandomGenerator random, Instant at) {
    var by =
        random.nextInt(3) == 0
            ? Optional.<String>empty()
            : Optional.of("user:" + random.nextInt(5));
    var proposal = ids.next();
    return switch (random.nextInt(8)) {
      case 0, 1 -> {
        var confidence = share(random);
        var safety = share(random);
        yield new Told(
            new TrustEvent.Proposed(
                proposal,
                at,
                Duration.ofDays(14),
                Optional.empty(),
                new Said(by, confidence, safety, Optional.empty())),
            Optional.of(new Happening(at, by, What.PROPOSED, confidence, safety)));
      }
      case 2 ->
          decided(
              new TrustEvent.Decided(proposal, true, at, true, Occasion.REVIEW, by), What.APPROVED);
      case 3 -> {
        var occasion = OCCASIONS.get(random.nextInt(OCCASIONS.size()));
        yield decided(
            new TrustEvent.Decided(proposal, false, at, true, occasion, by),
            occasion == Occasion.REVIEW ? What.REJECTED : What.OVERRIDDEN);
      }
      case 4 -> {
        boolean success = random.nextBoolean();
        yield new Told(
            new TrustEvent.OutcomeObserved(
                proposal, success, Severity.NONE, Optional.empty(), Optional.empty(), at, by),
            did(at, by, success ? What.SUCCEEDED : What.FAILED));
      }
      case 5 -> new Told(executed(at), did(at, Optional.empty(), What.OTHER));
      case 6 ->
          new Told(
              new TrustEvent.RolledBack(proposal, at), did(at, Optional.empty(), What.OVERRIDDEN));
      default -> new Told(new TrustEvent.OutcomeOverdue(proposal, at), Optional.empty());
    };
  }

  private static Told decided(TrustEvent.Decided event, What what) {
    return new Told(event, did(event.at(), event.by(), what));
  }

  private static Optional<Happening> did(Instant at, Optional<String> by, What what) {
    return Optional.of(new Happening(at, by, what, Optional.empty(), Optional.empty()));
  }

  private static Optional<Double> share(RandomGenerator random) {
    return random.nextBoolean() ? Optional.of(random.nextDouble()) : Optional.empty();
  }

  private TrustEvent executed(Instant at) {
    return new TrustEvent.Executed(ids.next(), at, false);
  }

  private UUID observe(TenantId tenant, TrustEvent event) {
    return run(tenant, transaction -> scopes.observe(transaction, REFILL, event).scopeId());
  }

  private static List<Window> windows(TenantId tenant, UUID scope) {
    return run(
        tenant,
        transaction ->
            new WindowStore()
                .before(transaction, scope, Instant.parse("2100-01-01T00:00:00Z"))
                .windows());
  }

  private static Optional<Window> hour(TenantId tenant, UUID scope) {
    return run(
        tenant,
        transaction ->
            new TrustStore()
                .find(transaction, scope)
                .flatMap(found -> found.hour())
                .flatMap(hour -> hour.window()));
  }

  private static long rows(TenantId tenant, String condition) {
    return run(
        tenant,
        transaction ->
            transaction
                .handle()
                .createQuery("select count(*) from trust.hour where " + condition)
                .mapTo(Long.class)
                .one());
  }

  private static <T> T run(TenantId tenant, Function<TenantTransaction, T> work) {
    return DATABASE.transactions().run(tenant, Rules.CHANGE, work::apply);
  }
}
