package dev.countersign.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PropertyTest {

  @AfterEach
  void forgetTheSeed() {
    System.clearProperty("property.seed");
  }

  @Test
  void everyCaseIsDifferent() {
    var seen = new HashSet<Long>();
    Property.holdsFor(100, random -> seen.add(random.nextLong()));
    assertThat(seen).hasSize(100);
  }

  @Test
  void theNamedSeedReplaysTheFailedCaseAlone() {
    var failed = new ArrayList<Long>();
    assertThatThrownBy(() ->
            Property.holdsFor(
                1000,
                random -> {
                  var number = random.nextLong();
                  if (number % 3 == 0) {
                    failed.add(number);
                    throw new IllegalStateException("divisible");
                  }
                }))
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("divisible")
        .satisfies(failure -> {
          var message = String.valueOf(failure.getMessage());
          assertThat(message).startsWith("replay with -Dproperty.seed=");
          System.setProperty("property.seed", message.substring(message.indexOf('=') + 1));
        });

    var replayed = new ArrayList<Long>();
    Property.holdsFor(1000, random -> replayed.add(random.nextLong()));
    assertThat(replayed).isEqualTo(failed);
  }
}
