package dev.countersign.trust.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.testkit.Property;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PartsTest {

  @Test
  void whatIsLearnedWasKnownBeforeTheFirstHeldOutCase() {
    Property.holdsFor(
        200,
        random -> {
          var all = new ArrayList<Labelled>();
          for (var one : Made.executions(random.nextInt(1, 120), 0, random.nextLong())) {
            var known = one.at().plus(Duration.ofHours(random.nextInt(0, 60)));
            all.add(new Labelled(one.id(), one.snapshot(), one.at(), known, one.label()));
          }
          var maturity = Duration.ofHours(random.nextInt(0, 20));
          var asOf = Made.BEGIN.plus(Duration.ofHours(random.nextInt(1, 150)));
          var known = Parts.known(all, asOf, maturity);
          assertThat(known).allMatch(one -> !one.known().isAfter(asOf));
          if (known.isEmpty()) {
            return;
          }
          var parts = Parts.of(known, maturity);
          assertThat(parts.heldOut())
              .isNotEmpty()
              .allMatch(one -> !one.at().isBefore(parts.since()));
          var learned = new ArrayList<>(parts.training());
          learned.addAll(parts.calibration());
          assertThat(learned)
              .isSortedAccordingTo(Parts.ORDER)
              .allMatch(one -> !one.known().isAfter(parts.since()))
              .allMatch(one -> !one.at().plus(maturity).isAfter(parts.since()));
          assertThat(learned.size() + parts.leftOut() + parts.heldOut().size())
              .isEqualTo(known.size());
        });
  }

  @Test
  void aFifthIsHeldOutAndAQuarterOfTheRestCalibrates() {
    var made = Made.executions(1000, 0, 1);
    var parts = Parts.of(Parts.known(made, Made.end(made), Made.AT_ONCE), Made.AT_ONCE);
    assertThat(parts.heldOut()).hasSize(200);
    assertThat(parts.calibration()).hasSize(200);
    assertThat(parts.training()).hasSize(600);
    assertThat(parts.leftOut()).isZero();
  }

  @Test
  void aLabelBeforeItsSnapshotIsNone() {
    var one = Made.executions(1, 0, 1).getFirst();
    assertThatThrownBy(
            () -> new Labelled(one.id(), one.snapshot(), one.known(), one.at(), one.label()))
        .hasMessage("a label is known only after its snapshot was made");
  }
}
