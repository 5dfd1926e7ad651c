package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What an inbox shows, and in what order, when requests are kept from different people.
class InboxTest {
  private static final JsonObject CLAIM =
      JsonReader.readObject(
          """
          {"key": "claim", "title": "Claim",
           "queues": [{"name": "open"}, {"name": "paid"}],
           "transitions": [
             {"type": "payout", "from": "open", "to": "paid", "gate": "payout", "handler": "transition",
              "approver_roles": ["approver:adjuster"],
              "approval": {"quorum": 3, "of": 9, "veto_roles": ["auditor"]}}]}
          """);

  private final World world = new World();
  private final Principal stand = world.keyHolder("ck_stand", "reviewer");
  private final List<Principal> adjusters =
      Stream.of("ck_a", "ck_b", "ck_c", "ck_d")
          .map(id -> world.keyHolder(id, "approver:adjuster"))
          .toList();
  private final Principal auditor = world.keyHolder("ck_both", "approver:adjuster", "auditor");
  private final List<Waiting> all = new ArrayList<>();

  /// @param kept from whom, as this test sees it
  private record Waiting(JsonObject proposed, Set<String> kept) {}

  InboxTest() {
    world.define(CLAIM);
    world.changeGate.change(
        world.call(world.admin),
        "claim",
        "payout",
        ChangeGate.authorization(Json.object().put("reason", "staffed").build()));
    world.delegate(adjusters.getFirst(), stand);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void everybodyReadsAllThatIsNotKeptFromHimNewestFirst() {
    play(40, "api_key:ck_%s", List.of("a", "b", "c", "both"));
    assertThat(sets()).isBetween(8L, 255L);
    everybodyReadsHis();
  }

  @Test
  void soTheyDoWhenEachRequestIsKeptFromOthers() {
    play(
        450, "employee:%s", Stream.iterate(1, i -> i + 1).limit(450).map(String::valueOf).toList());
    assertThat(sets()).isGreaterThan(256);
    everybodyReadsHis();
  }

  private long sets() {
    return Long.parseLong(
        world.text(
            "select count(distinct kept_set) from workflow.approval_waiting where role = 'approver:adjuster'"));
  }

  /// Somebody proposes for one of them in turn, and somebody else now and then says something.
  private void play(int count, String actor, List<String> names) {
    var random = new SplittableRandom(7);
    for (int i = 0; i < count; i++) {
      var kept = new HashSet<String>();
      var opened =
          world
              .openCase
              .open(
                  world.call(world.admin),
                  OpenCase.parse(
                      Json.object().put("workflow", "claim").build(), TenantProfile.STANDARD))
              .answer();
      var body = World.proposal(World.id(opened, "case_id"), 1, "payout");
      if (random.nextInt(4) > 0) {
        var whose = actor.formatted(names.get(i % names.size()));
        kept.add(whose);
        body = body.with("on_behalf_of", Json.of(whose));
      }
      kept.add(world.agent.actor());
      var waiting = new Waiting(world.propose(world.agent, body), kept);
      all.add(waiting);
      for (int voters = random.nextInt(3); voters > 0; voters--) {
        vote(waiting, adjusters.get(random.nextInt(adjusters.size())), random.nextInt(3));
      }
    }
  }

  private void vote(Waiting waiting, Principal adjuster, int how) {
    if (waiting.kept().contains(adjuster.actor())) {
      return;
    }
    if (how == 0) {
      world.decide(adjuster, waiting.proposed(), "defer");
    } else if (adjuster.equals(adjusters.getFirst()) && !waiting.kept().contains(stand.actor())) {
      world.decideFor(stand, adjuster, waiting.proposed(), "approve");
      waiting.kept().addAll(List.of(stand.actor(), adjuster.actor()));
    } else {
      world.decide(adjuster, waiting.proposed(), "approve");
      waiting.kept().add(adjuster.actor());
    }
  }

  private void everybodyReadsHis() {
    for (var reader : Stream.concat(adjusters.stream(), Stream.of(auditor)).toList()) {
      assertThat(pages(reader, 7)).as(reader.id()).isEqualTo(hisOf(List.of(reader.actor())));
    }
    // He reads what waits for whom he stands in for, unless it is kept from either.
    assertThat(pages(stand, 7))
        .isEqualTo(hisOf(List.of(stand.actor(), adjusters.getFirst().actor())));
    assertThat(pages(world.reviewer, 7)).isEmpty();
  }

  /// All that is kept from none of them.
  private List<String> hisOf(List<String> actors) {
    return all.stream()
        .filter(waiting -> actors.stream().noneMatch(waiting.kept()::contains))
        .map(waiting -> World.approval(waiting.proposed()).toString())
        .toList()
        .reversed();
  }

  private List<String> pages(Principal reader, int limit) {
    var seen = new ArrayList<String>();
    var cursor = Optional.<String>empty();
    do {
      var page =
          world.showApprovals.inbox(reader, Page.parse(Optional.of(String.valueOf(limit)), cursor));
      for (var line : page.items("approvals")) {
        seen.add(World.id((JsonObject) line, "id").toString());
      }
      cursor = page.text("next_cursor");
    } while (cursor.isPresent());
    return seen;
  }
}
