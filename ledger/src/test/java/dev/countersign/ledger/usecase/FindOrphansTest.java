package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Orphans of a real log: each one once, wherever its page or its period begins.
class FindOrphansTest {
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final TenantId TWO = LedgerDatabase.TENANTS.get(1);
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  private static Node node;
  private static final List<UUID> LOST = new ArrayList<>();

  /// Twelve whole actions, begun together and carried on together, and among them four outcomes of
  /// nothing, an hour apart each.
  @BeforeAll
  static void fill() {
    node = new Node(LedgerDatabase.create()).start();
    node.clock.set(NOON);
    var actions = new ArrayList<UUID>();
    for (int i = 0; i < 12; i++) {
      actions.add(node.ids.next());
    }
    for (var step :
        List.of(
            "proposal.created", "approval.granted", "execution.completed", "outcome.observed")) {
      actions.forEach(action -> record(ONE, action, step));
      var lost = node.ids.next();
      LOST.add(lost);
      record(ONE, lost, "outcome.observed");
      record(TWO, node.ids.next(), "outcome.observed");
      node.clock.advance(Duration.ofHours(3));
    }
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void record(TenantId tenant, UUID correlation, String action) {
    node.ledger.transact(
        node.call(tenant),
        new Attempt(action, "thing", "e1"),
        Rules.APPLY,
        transaction -> {
          transaction.record(
              action,
              "thing",
              "e1",
              correlation,
              Json.object().put("action_digest", "a").put("policy_outcome", "permit").build());
          return JsonObject.EMPTY;
        });
  }

  private record Found(List<String> orphans, long entries, int pages) {}

  private static Found everything(
      EntryScan.Budget budget, Optional<Instant> from, Optional<Instant> to, int limit) {
    var find = new FindOrphans(node.transactions, node.database.keys().sealing(), budget);
    var orphans = new ArrayList<String>();
    long entries = 0;
    int pages = 0;
    var cursor = Optional.<Long>empty();
    do {
      var page = find.page(node.principal(ONE), from, to, cursor, limit);
      assertThat(page.items("orphans").size()).isLessThanOrEqualTo(limit);
      for (var orphan : page.items("orphans")) {
        var found = (JsonObject) orphan;
        assertThat(found.text("fault")).contains("outcome_without_execution");
        orphans.add(found.text("correlation_id").orElseThrow());
      }
      entries += page.number("entries").orElseThrow().longValue();
      pages++;
      cursor = page.text("next_cursor").map(Long::valueOf);
    } while (cursor.isPresent());
    return new Found(orphans, entries, pages);
  }

  private static String[] lost(int from, int to) {
    return LOST.subList(from, to).stream().map(UUID::toString).toArray(String[]::new);
  }

  @Test
  void eachIsNamedOnceAndEveryEntryIsLookedAtOnce() {
    var found = everything(FindOrphans.ANSWER, Optional.empty(), Optional.empty(), 100);
    assertThat(found.orphans()).containsExactly(lost(0, 4));
    assertThat(found.entries()).isEqualTo(52);
    assertThat(found.pages()).isOne();
  }

  @Test
  void itDoesNotMatterWhereAPageBegins() {
    for (int most : List.of(1, 5, 13)) {
      var budget = new EntryScan.Budget(most, most, Duration.ofSeconds(1));
      var found = everything(budget, Optional.empty(), Optional.empty(), 100);
      assertThat(found.orphans()).as("%d at once", most).containsExactly(lost(0, 4));
      assertThat(found.entries()).isEqualTo(52);
      assertThat(found.pages()).isGreaterThan(3);
    }
  }

  @Test
  void aFullPageGoesOnBehindItsLastOrphan() {
    var found = everything(FindOrphans.ANSWER, Optional.empty(), Optional.empty(), 1);
    assertThat(found.orphans()).containsExactly(lost(0, 4));
    assertThat(found.entries()).isEqualTo(52);
  }

  @Test
  void actionsThatBeganBeforeThePeriodAreJudgedByTheirEarlierEntries() {
    var from = Optional.of(NOON.plus(Duration.ofHours(5)));
    var to = Optional.of(NOON.plus(Duration.ofHours(8)));
    var found = everything(FindOrphans.ANSWER, from, to, 100);
    assertThat(found.orphans()).containsExactly(lost(2, 3));
    assertThat(found.entries()).isEqualTo(13);
  }
}
