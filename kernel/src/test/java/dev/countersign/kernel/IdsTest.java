package dev.countersign.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.ManualClock;
import dev.countersign.testkit.Property;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {

  @Test
  void laterIdsSortBehindEarlierOnes() {
    Property.holdsFor(
        200,
        random -> {
          var clock = ManualClock.at("2026-11-01T12:00:00Z");
          var ids = new Ids(clock, random);
          var made = new ArrayList<String>();
          for (int i = 0; i < 20; i++) {
            made.add(ids.next().toString());
            clock.advance(Duration.ofMillis(1 + random.nextInt(100_000)));
          }
          assertThat(made).isSortedAccordingTo(Comparator.naturalOrder()).doesNotHaveDuplicates();
        });
  }

  @Test
  void idsAreOfVersionSevenAndHoldTheirMillisecond() {
    Property.holdsFor(
        1_000,
        random -> {
          var clock = ManualClock.at("2026-11-01T12:00:00.123Z");
          var id = new Ids(clock, random).next();
          assertThat(id.version()).isEqualTo(7);
          assertThat(id.variant()).isEqualTo(2);
          assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(clock.millis());
        });
  }

  @Test
  void onlyTheUsualFormIsRead() {
    var id = UUID.fromString("01932f00-0000-7000-8000-00000000abcd");
    assertThat(Ids.parse(id.toString())).contains(id);
    for (var text :
        new String[] {
          "",
          "1-2-3-4-5",
          "01932F00-0000-7000-8000-00000000ABCD",
          "01932f00-0000-7000-8000-00000000abcg",
          "01932f00-00007-000-8000-00000000abcd",
          " 1932f00-0000-7000-8000-00000000abcd"
        }) {
      assertThat(Ids.parse(text)).as(text).isEmpty();
    }
  }
}
