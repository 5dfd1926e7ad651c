package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTest {

  private static final Entry.Draft DRAFT =
      Generated.draft(new SplittableRandom(7), Generated.TENANT);
  private static final Digest LEAF = Digest.sha256(new byte[] {1});

  @Test
  void theCanonicalFormIsThatOfTheKernel() {
    Generated.holdsFor(
        2000,
        random -> {
          var entry =
              Generated.draft(random, Generated.TENANT)
                  .chained(random.nextInt(1, 1 << 20), Generated.digest(random));
          var json = JsonReader.read(entry.canonical(), 20);
          assertThat(entry.canonical()).isEqualTo(CanonicalJson.bytes(json));
        });
  }

  @Test
  void readingTheCanonicalFormGivesTheEntryAgain() {
    Generated.holdsFor(
        2000,
        random -> {
          var entry =
              Generated.draft(random, Generated.TENANT)
                  .chained(random.nextInt(1, 1 << 20), Generated.digest(random));
          assertThat(Entry.parse(entry.canonical())).isEqualTo(entry);
          assertThat(Entry.parse((JsonObject) JsonReader.read(entry.canonical(), 20)).canonical())
              .isEqualTo(entry.canonical());
        });
  }

  @Test
  void whatIsStoredWithoutItsPlaceIsTheEntryAtItsPlace() {
    Generated.holdsFor(
        2000,
        random -> {
          var draft = Generated.draft(random, Generated.TENANT);
          var entry = draft.chained(random.nextInt(1, 1 << 20), Generated.digest(random));
          byte[] packed = draft.rendered().text().packed();
          var text = Entry.Unplaced.unpacked(packed);
          assertThat(text.at(entry.tenantSeq(), entry.previous())).isEqualTo(entry.canonical());
          assertThat(Entry.Rendered.of(text).draft()).isEqualTo(draft);
        });
  }

  @Test
  void bytesWithoutTheirCutsAreRefused() {
    byte[] packed = DRAFT.rendered().text().packed();
    packed[0] = 1;
    for (var bytes : List.of(packed, new byte[7])) {
      assertThatThrownBy(() -> Entry.Unplaced.unpacked(bytes))
          .isInstanceOf(MalformedLedgerData.class);
    }
  }

  @Test
  void anyChangedByteIsAnotherEntryOrNone() {
    Generated.holdsFor(
        2000,
        random -> {
          var entry = DRAFT.chained(3, LEAF);
          var bytes = entry.canonical();
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          try {
            assertThat(Entry.parse(bytes)).isNotEqualTo(entry);
          } catch (MalformedLedgerData e) {
            assertThat(e).hasMessageNotContaining("null");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.000Z",
        "2026-01-31T12:00:00.0000010Z",
        "2026-01-31T12:00:00.000001+00:00",
        "2026-01-31T23:59:60.000000Z",
        "2026-01-31t12:00:00.000001z",
        "noon"
      })
  void onlyTheWrittenFormOfATimeIsRead(String time) {
    var json = json(DRAFT.chained(3, LEAF)).with("time", Json.of(time));
    assertThatThrownBy(() -> Entry.parse(json))
        .isInstanceOf(MalformedLedgerData.class)
        .hasMessageContaining("time");
  }

  @Test
  void everyMemberIsNeededAndNoOtherAllowed() {
    var json = json(DRAFT.chained(3, LEAF));
    for (var name : json.members().keySet()) {
      assertThatThrownBy(() -> Entry.parse(json.with(name, Json.NULL)))
          .isInstanceOf(MalformedLedgerData.class);
    }
    assertThatThrownBy(() -> Entry.parse(json.with("extra", Json.NULL)))
        .isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void timeIsCutToMicroseconds() {
    var time = Instant.parse("2026-01-31T12:00:00.123456789Z");
    var draft = with(time, DRAFT.action(), DRAFT.details());
    assertThat(draft.chained(3, LEAF).time()).isEqualTo("2026-01-31T12:00:00.123456Z");
    assertThat(new String(draft.chained(3, LEAF).canonical(), StandardCharsets.UTF_8))
        .contains("\"time\":\"2026-01-31T12:00:00.123456Z\"");
  }

  @Test
  void timesWithoutAFormInRfc3339AreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(Instant.parse("+10000-01-01T00:00:00Z"), "a.b", JsonObject.EMPTY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"decision", "decision.", ".made", "Decision.made", "a..b", "a.b c", ""})
  void anActionIsWordsJoinedByDots(String action) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(Generated.NOON, action, JsonObject.EMPTY));
  }

  @Test
  void onlyTheFirstEntryOfATenantFollowsZero() {
    assertThat(DRAFT.chained(0, Digest.ZERO).tenantSeq()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> DRAFT.chained(0, LEAF));
    assertThatIllegalArgumentException().isThrownBy(() -> DRAFT.chained(1, Digest.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> DRAFT.chained(-1, LEAF));
  }

  @Test
  void detailsHaveAtMost64KibibytesInCanonicalForm() {
    int frame = "{\"x\":\"\"}".length();
    var largest = Json.object().put("x", "y".repeat(64 * 1024 - frame)).build();
    var larger = Json.object().put("x", "y".repeat(64 * 1024 - frame + 1)).build();
    var inBytes = Json.object().put("x", "€".repeat(64 * 1024 / 3)).build();
    assertThat(with(Generated.NOON, "a.b", largest).details()).isEqualTo(largest);
    assertThatIllegalArgumentException().isThrownBy(() -> with(Generated.NOON, "a.b", larger));
    assertThatIllegalArgumentException().isThrownBy(() -> with(Generated.NOON, "a.b", inBytes));
  }

  @Test
  void detailsThatCouldNotBeReadAgainAreRefused() {
    var deep = JsonObject.EMPTY;
    for (int level = 1; level < Entry.DEEPEST_DETAILS; level++) {
      deep = Json.object().put("x", deep).build();
    }
    var entry = with(Generated.NOON, "a.b", deep).chained(0, Digest.ZERO);
    assertThat(Entry.parse(entry.canonical())).isEqualTo(entry);
    var deeper = Json.object().put("x", deep).build();
    assertThatIllegalArgumentException().isThrownBy(() -> with(Generated.NOON, "a.b", deeper));
  }

  @Test
  void theBoundIsNeverUnderTheSize() {
    Generated.holdsFor(
        2000,
        random -> {
          var details = Generated.object(random, 4);
          assertThat(EntryWriter.bound(details))
              .isGreaterThanOrEqualTo(CanonicalJson.bytes(details).length);
        });
  }

  private static JsonObject json(Entry entry) {
    return (JsonObject) JsonReader.read(entry.canonical(), 20);
  }

  private static Entry.Draft with(Instant time, String action, JsonObject details) {
    return new Entry.Draft(
        DRAFT.id(),
        DRAFT.tenant(),
        time,
        DRAFT.actor(),
        action,
        DRAFT.resource(),
        DRAFT.resourceId(),
        DRAFT.correlationId(),
        DRAFT.traceId(),
        DRAFT.source(),
        details);
  }
}
