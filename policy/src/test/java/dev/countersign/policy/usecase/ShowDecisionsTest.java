package dev.countersign.policy.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.usecase.EntryScan.Budget;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.log.DecisionCursor;
import dev.countersign.policy.log.DecisionFilter;
import dev.countersign.policy.usecase.DecisionLogDatabase.Made;
import dev.countersign.policy.usecase.ShowDecisions.Bounds;
import dev.countersign.testkit.ManualClock;
import dev.countersign.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Reading the decision log on a real database: what is shown is what an obvious filter over all of
/// it gives, however small the steps.
class ShowDecisionsTest {
  private static final Instant FIRST = Instant.parse("2026-10-01T00:00:00Z");
  private static final int DECISIONS = 4_000;
  private static final Budget WIDE = new Budget(1_500, 1_000_000, Duration.ofMinutes(1));
  private static final List<String> KEYS = List.of("ck_a", "ck_b", "ck_ab");
  private static final List<String> MODELS = List.of("gpt-4", "50%_\\off", "\"quoted\"", "modèle");
  private static final List<String> OPERATIONS = List.of("classify", "rare", "summarise");
  private static final List<String> POLICIES = List.of("personal_data", "personal", "limit");

  private static DecisionLogDatabase database;
  private static TenantId tenant;
  private static TenantId other;
  private static List<Made> made;
  private static ShowDecisions show;

  @BeforeAll
  static void fill() {
    database = DecisionLogDatabase.create();
    tenant = database.tenant(1);
    other = database.tenant(2);
    made = IntStream.range(0, DECISIONS).mapToObj(ShowDecisionsTest::made).toList();
    database.add(other, made.subList(0, 50));
    database.add(tenant, made);
    database.execute("analyze ledger.entry");
    show = new ShowDecisions(database.scan, new Bounds(WIDE, WIDE, 10_000));
  }

  /// A decision each minute; what is in a call's context never makes it match.
  private static Made made(int number) {
    var outcome = DecisionFilter.OUTCOMES.get(number % 3);
    var reasons = outcome.equals("permit") ? List.<String>of() : List.of(POLICIES.get(number % 2));
    return new Made(
        FIRST.plus(Duration.ofMinutes(number)),
        KEYS.get(number % 7 % 3),
        MODELS.get(number % 4),
        number % 1_000 == 7 ? "rare" : number % 5 == 0 ? "classify" : "summarise",
        outcome,
        reasons,
        number % 11 == 0 ? List.of("limit") : List.of("base_permit"),
        Json.object()
            .put("outcome", "forbid")
            .put("name", "rare")
            .put("id", "gpt-4")
            .put("policy", "limit")
            .build());
  }

  private static boolean matches(DecisionFilter filter, Made decision) {
    return filter.from().map(from -> !decision.time().isBefore(from)).orElse(true)
        && filter.to().map(to -> decision.time().isBefore(to)).orElse(true)
        && filter.model().map(decision.model()::equals).orElse(true)
        && filter.operation().map(decision.operation()::equals).orElse(true)
        && (filter.outcomes().isEmpty() || filter.outcomes().contains(decision.outcome()))
        && filter.key().map(decision.key()::equals).orElse(true)
        && filter
            .policy()
            .map(PolicyKey::value)
            .map(key -> decision.reasons().contains(key) || decision.determining().contains(key))
            .orElse(true);
  }

  private static List<String> expected(DecisionFilter filter) {
    return made.stream()
        .filter(decision -> matches(filter, decision))
        .map(decision -> decision.time().toString())
        .toList()
        .reversed();
  }

  private static List<String> times(JsonObject answer) {
    return answer.items("decisions").stream()
        .map(decision -> ((JsonObject) decision).text("time").orElseThrow())
        .toList();
  }

  private static JsonObject list(
      ShowDecisions from, DecisionFilter filter, Optional<String> cursor, int limit) {
    return from.list(
        DecisionLogDatabase.principal(tenant),
        filter,
        cursor.map(text -> DecisionCursor.parse(text, tenant, filter).orElseThrow()),
        limit);
  }

  private static List<String> pages(ShowDecisions from, DecisionFilter filter, int limit) {
    var all = new ArrayList<String>();
    var cursor = Optional.<String>empty();
    do {
      var answer = list(from, filter, cursor, limit);
      var page = times(answer);
      assertThat(page).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page);
      cursor = answer.text("next_cursor");
      assertThat(page.size() == limit || cursor.isEmpty() || answer.text("scanned_to").isPresent())
          .isTrue();
    } while (cursor.isPresent());
    return all;
  }

  private static DecisionFilter filter(RandomGenerator random) {
    var from = FIRST.plus(Duration.ofMinutes(random.nextInt(-100, DECISIONS)));
    var outcomes = new TreeSet<String>();
    if (random.nextInt(3) == 0) {
      outcomes.add(DecisionFilter.OUTCOMES.get(random.nextInt(3)));
    }
    return new DecisionFilter(
        random.nextInt(3) == 0 ? Optional.of(from) : Optional.empty(),
        random.nextInt(3) == 0
            ? Optional.of(from.plus(Duration.ofMinutes(random.nextInt(1, 2_000))))
            : Optional.empty(),
        some(random, MODELS),
        some(random, OPERATIONS),
        outcomes,
        some(random, KEYS),
        some(random, POLICIES).map(PolicyKey::new));
  }

  private static Optional<String> some(RandomGenerator random, List<String> words) {
    return random.nextInt(3) == 0
        ? Optional.of(words.get(random.nextInt(words.size())))
        : Optional.empty();
  }

  private static DecisionFilter outcomes(SortedSet<String> outcomes) {
    return new DecisionFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        outcomes,
        Optional.empty(),
        Optional.empty());
  }

  private static DecisionFilter operation(String name) {
    return new DecisionFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(name),
        new TreeSet<>(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void pagesOfAnyFilterAreTheObviousOnesAndSoIsTheCount() {
    Property.holdsFor(
        20,
        random -> {
          var filter = filter(random);
          var expected = expected(filter);
          assertThat(pages(show, filter, 100)).isEqualTo(expected);
          var count = list(show, filter, Optional.empty(), 5).object("count").orElseThrow();
          assertThat(count.truth("exact")).hasValue(true);
          assertThat(count.number("value")).hasValue((double) expected.size());
        });
  }

  @Test
  void aSmallBudgetMakesMorePagesButLeavesNothingOut() {
    var narrow =
        new ShowDecisions(
            database.scan,
            new Bounds(
                new Budget(300, 700, Duration.ofMinutes(1)),
                new Budget(300, 700, Duration.ofMinutes(1)),
                10_000));
    Property.holdsFor(
        4,
        random -> {
          var filter = filter(random);
          assertThat(pages(narrow, filter, 40)).isEqualTo(expected(filter));
        });
    var rare = list(narrow, operation("rare"), Optional.empty(), 10);
    assertThat(rare.text("next_cursor")).isPresent();
    assertThat(rare.text("scanned_to"))
        .hasValue(FIRST.plus(Duration.ofMinutes(DECISIONS - 700)).toString());
    var count = rare.object("count").orElseThrow();
    assertThat(count.truth("exact")).hasValue(false);
    assertThat(count.member("value")).isEmpty();
  }

  @Test
  void aCountBeyondItsBoundIsAtLeastTheBound() {
    var low = new ShowDecisions(database.scan, new Bounds(WIDE, WIDE, 100));
    var all = list(low, DecisionFilter.ALL, Optional.empty(), 10).object("count").orElseThrow();
    assertThat(all.toString()).isEqualTo("{\"at_least\":100,\"exact\":false}");
    var rare = list(low, operation("rare"), Optional.empty(), 2).object("count").orElseThrow();
    assertThat(rare.toString()).isEqualTo("{\"value\":4,\"exact\":true}");
  }

  @Test
  void whatIsAddedMeanwhileIsNeitherSeenTwiceNorInTheWay() {
    var grown = database.tenant(3);
    database.add(grown, made.subList(0, 100));
    var seen = new ArrayList<String>();
    var cursor = Optional.<DecisionCursor>empty();
    int added = 100;
    do {
      var answer = show.list(DecisionLogDatabase.principal(grown), DecisionFilter.ALL, cursor, 7);
      seen.addAll(times(answer));
      database.add(grown, made.subList(added, added + 20));
      added += 20;
      cursor =
          answer
              .text("next_cursor")
              .flatMap(text -> DecisionCursor.parse(text, grown, DecisionFilter.ALL));
    } while (cursor.isPresent());
    assertThat(seen)
        .isEqualTo(
            made.subList(0, 100).stream().map(one -> one.time().toString()).toList().reversed());
  }

  @Test
  void anothersDecisionsAreNeverShown() {
    var theirs =
        show.list(DecisionLogDatabase.principal(other), DecisionFilter.ALL, Optional.empty(), 100);
    assertThat(times(theirs)).hasSize(50);
    var id = ((JsonObject) theirs.items("decisions").getFirst()).text("decision_id").orElseThrow();
    var uuid = UUID.fromString(id);
    assertThat(show.one(DecisionLogDatabase.principal(other), uuid).text("decision_id"))
        .hasValue(id);
    assertThatThrownBy(() -> show.one(DecisionLogDatabase.principal(tenant), uuid))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void whatHasExpiredSaysSoAndMatchesNothingThatIsAskedOfIt() {
    var old = database.tenant(4);
    database.add(old, made.subList(0, 10));
    database.execute(
        "update ledger.entry set sealed = null where tenant_id = '%s' and time < '%s'"
            .formatted(old, FIRST.plus(Duration.ofMinutes(4))));
    var principal = DecisionLogDatabase.principal(old);
    var all = show.list(principal, DecisionFilter.ALL, Optional.empty(), 20).items("decisions");
    assertThat(all).hasSize(10);
    var oldest = (JsonObject) all.getLast();
    assertThat(oldest.truth("erased")).hasValue(true);
    assertThat(oldest.members().keySet())
        .containsExactly("decision_id", "log_index", "time", "tenant_id", "erased");
    var any = outcomes(new TreeSet<>(DecisionFilter.OUTCOMES));
    assertThat(show.list(principal, any, Optional.empty(), 20).items("decisions")).hasSize(6);
    assertThat(show.numbered(principal, DecisionFilter.ALL, 1, 20).items("logs")).hasSize(10);
  }

  @Test
  void numberedPagesAreThoseOfTheList() {
    var principal = DecisionLogDatabase.principal(tenant);
    var blocked = outcomes(DecisionFilter.BLOCKED);
    var expected = expected(blocked);
    var third = show.numbered(principal, blocked, 3, 10);
    assertThat(third.items("logs"))
        .extracting(line -> ((JsonObject) line).text("timestamp").orElseThrow())
        .isEqualTo(expected.subList(20, 30));
    assertThat(third.number("total")).hasValue((double) expected.size());
    assertThat(third.truth("total_is_at_least")).hasValue(false);
    assertThat(third.number("total_pages")).hasValue(Math.ceil(expected.size() / 10.0));
    var low = new ShowDecisions(database.scan, new Bounds(WIDE, WIDE, 100));
    var last = low.numbered(principal, DecisionFilter.ALL, 10, 10);
    assertThat(last.items("logs")).hasSize(10);
    assertThat(last.number("total")).hasValue(100.0);
    assertThat(last.truth("total_is_at_least")).hasValue(true);
    assertThatThrownBy(() -> low.numbered(principal, DecisionFilter.ALL, 11, 10))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void violationsAreTheDecisionsNotPermittedThatAPolicyCountedIn() {
    var end = FIRST.plus(Duration.ofMinutes(DECISIONS));
    var clock = ManualClock.at(end.toString());
    var since = end.minus(CountViolations.PERIOD);
    var counted = new CountViolations(database.scan, WIDE, clock).of(tenant);
    for (var policy : List.of("personal_data", "personal", "limit", "nothing")) {
      var filter =
          new DecisionFilter(
              Optional.of(since),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              DecisionFilter.BLOCKED,
              Optional.empty(),
              Optional.of(new PolicyKey(policy)));
      assertThat(counted.of(new PolicyKey(policy))).as(policy).isEqualTo(expected(filter).size());
    }
    assertThat(counted.complete()).isTrue();
    assertThat(counted.since()).isEqualTo(since);
  }

  @Test
  void aCountOfViolationsThatDidNotReachBackSaysSinceWhenItCounts() {
    var end = FIRST.plus(Duration.ofMinutes(DECISIONS));
    var few = new Budget(100, 100, Duration.ofMinutes(1));
    var clock = ManualClock.at(end.toString());
    var counting = new CountViolations(database.scan, few, clock);
    var counted = counting.of(tenant);
    assertThat(counted.complete()).isFalse();
    assertThat(counted.since()).isEqualTo(end.minus(Duration.ofMinutes(100)));
    assertThat(counting.of(tenant)).isSameAs(counted);
    clock.advance(Duration.ofMinutes(1));
    assertThat(counting.of(tenant)).isNotSameAs(counted);
  }
}
