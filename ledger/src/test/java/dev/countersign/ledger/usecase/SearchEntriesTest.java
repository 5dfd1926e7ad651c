package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.EntryScan.Budget;
import dev.countersign.ledger.usecase.SearchEntries.Filter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Searching a real log, against an obvious filter: nothing twice, nothing left out, newest first.
class SearchEntriesTest {
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final int ENTRIES = 120;
  private static final List<String> RESOURCES = List.of("case", "claim");

  private static Node node;

  /// What is in the log of ONE, in its order.
  private static List<JsonObject> all;

  /// Clocks that go back and stand still, three actions, two resources, five ids.
  @BeforeAll
  static void fill() {
    node = new Node(LedgerDatabase.create()).start();
    var random = new SplittableRandom(8);
    for (int i = 0; i < ENTRIES; i++) {
      node.clock.set(NOON.plus(Duration.ofMinutes(i / 2 + random.nextInt(-5, 6))));
      var tenant = i % 4 == 3 ? TWO : ONE;
      record(
          node.call(tenant),
          List.of("case.opened", "case.moved", "case.closed").get(random.nextInt(3)),
          RESOURCES.get(random.nextInt(2)),
          "id" + random.nextInt(5));
    }
    all =
        page(everything(Filter.ALL, 100)).stream()
            .map(found -> found.object("entry").orElseThrow())
            .toList();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void record(Call call, String action, String resource, String id) {
    node.ledger.transact(
        call,
        new Attempt(action, resource, id),
        Rules.APPLY,
        transaction -> {
          transaction.record(
              action,
              resource,
              id,
              transaction.newId(),
              Json.object().put("text", "\u0000 \"resource_id\":\"id9\"").build());
          return JsonObject.EMPTY;
        });
  }

  private static List<JsonObject> page(List<? extends Json> entries) {
    return entries.stream().map(JsonObject.class::cast).toList();
  }

  /// All pages of a search.
  private static List<Json> everything(Filter filter, int limit) {
    return everything(node.search, filter, limit);
  }

  private static List<Json> everything(SearchEntries search, Filter filter, int limit) {
    var found = new ArrayList<Json>();
    var cursor = Optional.<Long>empty();
    do {
      var page = search.page(node.principal(ONE), filter, cursor, limit);
      assertThat(page.items("entries").size()).isLessThanOrEqualTo(limit);
      found.addAll(page.items("entries"));
      cursor = page.text("next_cursor").map(Long::valueOf);
    } while (cursor.isPresent());
    return found;
  }

  private static List<String> ids(List<Json> found) {
    return page(found).stream()
        .map(entry -> entry.object("entry").orElseThrow().text("id").orElseThrow())
        .toList();
  }

  private static List<String> expected(Predicate<JsonObject> matches) {
    return all.stream().filter(matches).map(entry -> entry.text("id").orElseThrow()).toList();
  }

  private static Filter filter(
      Optional<String> action,
      Optional<String> resource,
      Optional<String> id,
      Optional<Instant> from,
      Optional<Instant> to) {
    return new Filter(Optional.empty(), action, Optional.empty(), resource, id, from, to);
  }

  private static boolean says(JsonObject entry, String member, Optional<String> wanted) {
    return wanted.isEmpty() || entry.text(member).equals(wanted);
  }

  private static Instant time(JsonObject entry) {
    return Instant.parse(entry.text("time").orElseThrow());
  }

  @Test
  void everythingIsFoundNewestFirst() {
    assertThat(all).hasSize(ENTRIES * 3 / 4);
    assertThat(all).extracting(entry -> -entry.number("tenant_seq").orElseThrow()).isSorted();
    assertThat(ids(everything(Filter.ALL, 7))).isEqualTo(expected(_ -> true));
  }

  @Test
  void itFindsWhatAnObviousFilterFinds() {
    var random = new SplittableRandom(9);
    for (int i = 0; i < 60; i++) {
      var action = random.nextBoolean() ? Optional.of("case.moved") : Optional.<String>empty();
      var resource = random.nextBoolean() ? Optional.of("claim") : Optional.<String>empty();
      var id =
          random.nextBoolean() ? Optional.of("id" + random.nextInt(6)) : Optional.<String>empty();
      var from =
          random.nextBoolean()
              ? Optional.of(NOON.plus(Duration.ofMinutes(random.nextInt(-70, 70))))
              : Optional.<Instant>empty();
      var to =
          random.nextBoolean()
              ? Optional.of(NOON.plus(Duration.ofMinutes(random.nextInt(-70, 140))))
              : Optional.<Instant>empty();
      assertThat(ids(everything(filter(action, resource, id, from, to), random.nextInt(1, 30))))
          .as("%s %s %s %s %s", action, resource, id, from, to)
          .isEqualTo(
              expected(entry ->
                  says(entry, "action", action)
                      && says(entry, "resource", resource)
                      && says(entry, "resource_id", id)
                      && from.filter(time(entry)::isBefore).isEmpty()
                      && to.map(time(entry)::isBefore).orElse(true)));
    }
  }

  @Test
  void aGovernedActionIsFoundByItsId() {
    var one = all.get(17);
    var correlation = UUID.fromString(one.text("correlation_id").orElseThrow());
    var empty = Optional.<String>empty();
    var filter =
        new Filter(
            Optional.of(correlation),
            empty,
            empty,
            empty,
            empty,
            Optional.empty(),
            Optional.empty());
    assertThat(ids(everything(filter, 10))).containsExactly(one.text("id").orElseThrow());
  }

  @Test
  void aBudgetThatIsUsedUpSaysHowFarItLooked() {
    var narrow =
        new SearchEntries(
            node.transactions,
            node.content.sealing(),
            Node.ORIGIN,
            new Budget(5, 10, Duration.ofMinutes(1)));
    var nothing =
        filter(
            Optional.empty(),
            Optional.empty(),
            Optional.of("id9"),
            Optional.empty(),
            Optional.empty());
    var page = narrow.page(node.principal(ONE), nothing, Optional.empty(), 20);
    assertThat(page.items("entries")).isEmpty();
    assertThat(page.text("scanned_to"))
        .contains(Instant.parse(all.get(9).text("time").orElseThrow()).toString());
    assertThat(everything(narrow, nothing, 20)).isEmpty();
    assertThat(ids(everything(narrow, Filter.ALL, 20))).isEqualTo(expected(_ -> true));
  }

  /// The oldest entry lies outside what a search for the newest hour may look at.
  @Test
  void aTimeRangeIsNotReachedByWalkingOverAllThatIsNewer() {
    node.clock.set(NOON.plus(Duration.ofHours(5)));
    for (int i = 0; i < 30; i++) {
      record(node.call(TWO), "case.opened", "case", "late");
    }
    var narrow =
        new SearchEntries(
            node.transactions,
            node.content.sealing(),
            Node.ORIGIN,
            new Budget(100, 100, Duration.ofMinutes(1)));
    var range =
        filter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(NOON.plus(Duration.ofMinutes(90))));
    var page = narrow.page(node.principal(TWO), range, Optional.empty(), 50);
    assertThat(page.items("entries")).hasSize(ENTRIES / 4);
    assertThat(page.text("next_cursor")).isEmpty();
  }
}
