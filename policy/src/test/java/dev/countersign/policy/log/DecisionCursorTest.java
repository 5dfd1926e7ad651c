package dev.countersign.policy.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.TenantId;
import dev.countersign.testkit.Property;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// A cursor goes on only with the list that gave it.
class DecisionCursorTest {
  private static final TenantId TENANT = new TenantId(new UUID(7, 1));

  private static DecisionFilter model(String model) {
    return new DecisionFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.of(model),
        Optional.empty(),
        new TreeSet<>(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void aCursorIsReadAsItWasWritten() {
    Property.holdsFor(
        200,
        random -> {
          var cursor = new DecisionCursor(random.nextLong(Long.MAX_VALUE));
          var filter = model("m" + random.nextInt(5));
          assertThat(DecisionCursor.parse(cursor.text(TENANT, filter), TENANT, filter))
              .hasValue(cursor);
        });
  }

  @Test
  void anAlteredCursorIsNone() {
    Property.holdsFor(
        500,
        random -> {
          var text =
              new StringBuilder(
                  new DecisionCursor(random.nextLong(Long.MAX_VALUE))
                      .text(TENANT, DecisionFilter.ALL));
          int at = random.nextInt(text.length());
          char other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123=_-!é".charAt(random.nextInt(41));
          if (text.charAt(at) == other) {
            return;
          }
          text.setCharAt(at, other);
          assertThat(DecisionCursor.parse(text.toString(), TENANT, DecisionFilter.ALL)).isEmpty();
        });
  }

  @Test
  void aCursorOfAnotherListOrTenantIsNone() {
    var text = new DecisionCursor(9).text(TENANT, model("a"));
    assertThat(DecisionCursor.parse(text, TENANT, model("b"))).isEmpty();
    assertThat(DecisionCursor.parse(text, TENANT, DecisionFilter.ALL)).isEmpty();
    assertThat(DecisionCursor.parse(text, new TenantId(new UUID(7, 2)), model("a"))).isEmpty();
    for (var nonsense : new String[] {"", "x", "123", text + "A", text.substring(1), "%00"}) {
      assertThat(DecisionCursor.parse(nonsense, TENANT, model("a"))).as(nonsense).isEmpty();
    }
  }
}
