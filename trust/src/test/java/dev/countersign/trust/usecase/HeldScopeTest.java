package dev.countersign.trust.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.testkit.ManualClock;
import dev.countersign.trust.Heard;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustEvent.Decided;
import dev.countersign.trust.TrustEvent.Ended;
import dev.countersign.trust.TrustEvent.Executed;
import dev.countersign.trust.TrustEvent.OutcomeObserved;
import dev.countersign.trust.TrustEvent.Proposed;
import dev.countersign.trust.store.TrustStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A scope into which one transaction folds several events.
class HeldScopeTest {
  private static final TrustDatabase DATABASE = new TrustDatabase();
  private static final ScopeKey KEY = new ScopeKey("main", "payout", "advance", ScopeKey.ANY);
  private static final Duration WINDOW = Duration.ofHours(6);

  private final ManualClock clock = ManualClock.at("2026-03-02T08:00:00Z");
  private final Ids ids = new Ids(clock, new SecureRandom());

  /// Two at once, so that parts have to be asked for.
  private final TrustScopes scopes = new TrustScopes(new TrustStore(), ids, clock, 2);

  private final TenantId together = DATABASE.tenant();
  private final TenantId alone = DATABASE.tenant();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void eventsInOneGoComeToWhatTheyComeToOneByOne(long seed) {
    var profile = seed % 2 == 0 ? Profile.DEMO : Profile.STANDARD;
    for (var tenant : List.of(together, alone)) {
      DATABASE
          .transactions()
          .run(
              tenant,
              Rules.CHANGE,
              transaction -> {
                scopes.set(transaction, new Setting(profile, Promotion.AUTOMATIC));
                return true;
              });
    }
    var story = story(new Random(seed));
    for (var events : story) {
      var moves = observe(together, events);
      var heard = new ArrayList<Heard>();
      var moved = new ArrayList<StageMoves.Moved>();
      for (int i = 0; i < events.size(); i++) {
        int place = i;
        var one = observe(alone, List.of(events.get(i)));
        heard.addAll(one.heard());
        one.changes().forEach(change -> moved.add(new StageMoves.Moved(change, place)));
      }
      assertThat(moves.heard())
          .extracting(Heard::number)
          .isEqualTo(heard.stream().map(Heard::number).toList());
      assertThat(moves.heard())
          .extracting(Heard::state)
          .isEqualTo(heard.stream().map(Heard::state).toList());
      assertThat(moves.moved()).as("each with what made it").isEqualTo(moved);
      assertThat(rows(together)).isEqualTo(rows(alone));
    }
    assertThat(story).as("some in one go").anyMatch(events -> events.size() > 1);
  }

  @Test
  void aChangeIsOfTheEventThatMadeIt() {
    DATABASE
        .transactions()
        .run(
            together,
            Rules.CHANGE,
            transaction -> {
              scopes.set(transaction, new Setting(Profile.DEMO, Promotion.AUTOMATIC));
              return true;
            });
    var now = clock.instant();
    StageMoves raised;
    do {
      var id = ids.next();
      now = now.plus(WINDOW);
      raised =
          observe(
              together,
              List.of(
                  shown(id, now),
                  decided(id, now, true),
                  new Executed(id, now, false, WINDOW),
                  outcome(id, now, true)));
    } while (raised.moved().isEmpty());
    var id = ids.next();
    var waiting = ids.next();
    var lowered =
        observe(
            together,
            List.of(
                shown(id, now),
                shown(waiting, now),
                new TrustEvent.StageLowered(Stage.OBSERVE, "api_key:ck_1", now),
                new Ended(waiting, TrustEvent.Ending.EXPIRED, now)));
    assertThat(lowered.moved()).singleElement().extracting(StageMoves.Moved::heard).isEqualTo(2);
  }

  private StageMoves observe(TenantId tenant, List<TrustEvent> events) {
    return DATABASE
        .transactions()
        .run(tenant, Rules.CHANGE, transaction -> scopes.observe(transaction, KEY, events));
  }

  /// All that is stored of the scope but for what names its tenant.
  private List<String> rows(TenantId tenant) {
    return DATABASE
        .transactions()
        .run(
            tenant,
            Rules.READ,
            transaction ->
                transaction
                    .handle()
                    .createQuery(
                        """
                        select concat_ws(' ', stage, state, recent, version, next_due,
                          (select min(due_at) from trust.memory)) from trust.scope
                        union all
                        (select concat_ws(' ', proposal_id, due_at, turn, content) from trust.memory order by proposal_id)
                        """)
                    .mapTo(String.class)
                    .list());
  }

  /// What happens to some proposals, side by side: of each what mostly comes at once, at once or
  /// not, while windows close and outcomes fail to come.
  private List<List<TrustEvent>> story(Random random) {
    var story = new ArrayList<List<TrustEvent>>();
    var open = new ArrayList<UUID>();
    var decided = new ArrayList<UUID>();
    var executed = new ArrayList<UUID>();
    var now = clock.instant();
    for (int i = 0; i < 60; i++) {
      now = now.plus(Duration.ofMinutes(random.nextInt(240)));
      int choice = random.nextInt(5);
      if (choice == 4 && open.size() > 2) {
        var at = now;
        var ended = open.subList(0, 1 + random.nextInt(open.size() - 1));
        story.add(
            ended.stream()
                .<TrustEvent>map(id -> new Ended(id, TrustEvent.Ending.EXPIRED, at))
                .toList());
        ended.clear();
      } else if (choice == 0 || open.isEmpty()) {
        var id = ids.next();
        var events = new ArrayList<TrustEvent>(List.of(shown(id, now)));
        if (random.nextInt(4) == 0) {
          events.add(decided(id, now, true));
          decided.add(id);
        } else {
          open.add(id);
        }
        story.add(events);
      } else if (choice == 1) {
        var id = open.remove(random.nextInt(open.size()));
        var events = new ArrayList<TrustEvent>(List.of(decided(id, now, random.nextInt(6) > 0)));
        if (((Decided) events.getFirst()).approved()) {
          events.add(new Executed(id, now.plusMillis(1), false, WINDOW));
          executed.add(id);
        }
        story.add(events);
      } else if (choice == 2 && !decided.isEmpty()) {
        var id = decided.removeLast();
        story.add(
            List.of(new Executed(id, now, false, WINDOW), outcome(id, now.plus(WINDOW), true)));
        now = now.plus(WINDOW);
      } else if (!executed.isEmpty() && random.nextInt(3) > 0) {
        var id = executed.remove(random.nextInt(executed.size()));
        story.add(List.of(outcome(id, now, random.nextInt(5) > 0)));
      }
    }
    return story;
  }

  private static Proposed shown(UUID id, Instant at) {
    return new Proposed(id, at, WINDOW, Optional.empty());
  }

  private static Decided decided(UUID id, Instant at, boolean approved) {
    return new Decided(id, approved, at, true);
  }

  private static OutcomeObserved outcome(UUID id, Instant at, boolean success) {
    return new OutcomeObserved(
        id,
        success,
        Severity.NONE,
        Optional.empty(),
        Optional.empty(),
        at,
        Optional.of("observer"));
  }
}
