package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.store.TimelineStore.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What happened to a case, told and listed.
class TimelineTest {
  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  private static JsonObject data(String text) {
    return Json.object().put("said", text).build();
  }

  private List<JsonObject> timeline(UUID caseId) {
    return timeline(caseId, Page.MOST);
  }

  /// All pages of that size, one after the other.
  private List<JsonObject> timeline(UUID caseId, int limit) {
    var all = new ArrayList<JsonObject>();
    Optional<Place> before = Optional.empty();
    do {
      var page = world.showTimeline.list(world.agent, caseId, limit, before);
      page.items("timeline").forEach(item -> all.add((JsonObject) item));
      before = page.text("next_cursor").map(text -> Place.parse(text).orElseThrow());
    } while (before.isPresent());
    return all;
  }

  private static List<String> words(List<JsonObject> timeline) {
    return timeline.stream()
        .map(item -> item.text("kind").orElseThrow() + " " + item.text("what").orElseThrow())
        .toList();
  }

  @Test
  void everythingAboutACaseStandsInOneOrderNewestFirst() {
    var caseId = World.id(world.open(), "case_id");
    var task = world.task(caseId, "call");
    world.change(world.agent, task, Json.object().put("state", "completed").build());
    world.tell(caseId, "letter", data("hello"));
    var proposed = world.propose(caseId, "advance");
    world.decide(world.reviewer, proposed, "defer");
    var decided = world.decide(world.reviewer, proposed, "approve");
    world.report(world.observer, World.execution(decided), true, "none");
    var timeline = timeline(caseId);
    assertThat(words(timeline.reversed()))
        .containsExactly(
            "event case.opened",
            "task call",
            "event task.completed",
            "event letter",
            "proposal advance",
            "decision defer",
            "decision approve",
            "execution executed",
            "event case.moved",
            "outcome none");
    assertThat(timeline.get(6).object("details").orElseThrow().object("data"))
        .contains(data("hello"));
    assertThat(timeline.get(6).text("by")).contains("api_key:ck_agent");
    for (int limit = 1; limit < 4; limit++) {
      assertThat(timeline(caseId, limit)).as("pages of " + limit).isEqualTo(timeline);
    }
    assertThat(timeline(World.id(world.open(), "case_id"))).hasSize(1);
  }

  @Test
  void whatHappensAtOneMomentHasAnOrderToo() {
    var caseId = World.id(world.open(), "case_id");
    world.tamper(
        "insert into workflow.case_event select tenant_id, case_id, number + n, gen_random_uuid(), 'burst' || n, data,"
            + " actor, at, occurred_at, depth from workflow.case_event, generate_series(1, 30) n");
    var expected = new ArrayList<String>();
    expected.add("event case.opened");
    for (int i = 1; i <= 30; i++) {
      expected.add("event burst" + i);
    }
    Collections.reverse(expected);
    assertThat(words(timeline(caseId, 7))).isEqualTo(expected);
  }

  @Test
  void anEventIsBoundByItsDigestAndItsDataStayOutOfTheLog() {
    var caseId = World.id(world.open(), "case_id");
    var told = world.tell(caseId, "letter", data("in confidence"));
    assertThat(told.number("number")).contains(2.0);
    var entry = world.log().getLast();
    assertThat(entry.action()).isEqualTo("event.posted");
    assertThat(entry.content().toString())
        .contains(Digest.ofCanonical(data("in confidence")).hex())
        .doesNotContain("in confidence");
  }

  @Test
  void nobodyPostsOneOfOurOwn() {
    for (var type : List.of("case.moved", "task.completed", "", "Letter", "a b")) {
      assertThatThrownBy(() ->
              PostEvent.parse(Json.object().put("type", type).build(), TenantProfile.STANDARD))
          .as(type)
          .isInstanceOf(Refusal.Invalid.class);
    }
    for (var kind : CaseEvent.Kind.values()) {
      assertThat(kind.type()).contains(".");
    }
    var body =
        JsonReader.readObject("{\"type\":\"letter\",\"occurred_at\":\"2020-01-01T00:00:00Z\"}");
    assertThatThrownBy(() -> PostEvent.parse(body, TenantProfile.STANDARD))
        .isInstanceOf(Refusal.Invalid.class);
    assertThat(PostEvent.parse(body, TenantProfile.DEMO).occurredAt()).isPresent();
  }

  @Test
  void postedEventsAreBoundedAndTheCaseStillMoves() {
    var caseId = World.id(world.open(), "case_id");
    world.tamper(
        "insert into workflow.case_event select tenant_id, case_id, %d, gen_random_uuid(), 'many', data, actor, at, occurred_at, depth from workflow.case_event"
            .formatted(CaseEvent.MOST_POSTED));
    assertThatThrownBy(() -> world.tell(caseId, "letter", JsonObject.EMPTY))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refusal -> assertThat(refusal.code()).isEqualTo("too_many_events"));
    world.decide(world.reviewer, world.propose(caseId, "advance"), "approve");
    assertThat(words(timeline(caseId))).startsWith("event case.moved", "execution executed");
  }

  @Test
  void aPlaceIsReadBackAndNothingElseIsOne() {
    var caseId = World.id(world.open(), "case_id");
    world.task(caseId, "call");
    var cursor =
        world.showTimeline.list(world.agent, caseId, 1, Optional.empty()).text("next_cursor");
    assertThat(Place.parse(cursor.orElseThrow()).orElseThrow().text()).isEqualTo(cursor.get());
    for (var wrong :
        List.of(
            "",
            "1",
            cursor.get() + "0",
            "1.9.0." + caseId,
            "999999999999999999.3.0." + caseId,
            "1.3.0." + "-".repeat(36))) {
      assertThat(Place.parse(wrong)).as(wrong).isEmpty();
    }
  }
}
