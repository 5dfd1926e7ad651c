package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Which part of a list is asked for, newest first.
///
/// @param before the id that the page before ended with
public record Page(int limit, Optional<UUID> before) {
  public static final int DEFAULT_LIMIT = 20;
  public static final int MOST = 100;

  public Page {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("a page has 1 to " + MOST + " items");
    }
  }

  /// Reads the parameters `limit` and `cursor`; throws `Refusal.Invalid` with every problem.
  public static Page parse(Optional<String> limit, Optional<String> cursor) {
    var problems = new ArrayList<Violation>();
    int size = DEFAULT_LIMIT;
    if (limit.isPresent()) {
      var number = limit.get();
      // Three digits at most, so that it fits.
      if (number.matches("[0-9]{1,3}")
          && Integer.parseInt(number) >= 1
          && Integer.parseInt(number) <= MOST) {
        size = Integer.parseInt(number);
      } else {
        problems.add(new Violation("limit", "out_of_range", "must be from 1 to " + MOST));
      }
    }
    var before = cursor.flatMap(Ids::parse);
    if (cursor.isPresent() && before.isEmpty()) {
      problems.add(new Violation("cursor", "wrong_value", "is not a cursor of this list"));
    }
    if (!problems.isEmpty()) {
      throw new Refusal.Invalid(problems);
    }
    return new Page(size, before);
  }

  /// One more than is shown, to know whether there is a next page.
  int toRead() {
    return limit + 1;
  }

  /// The page as an answer; `found` has up to [#toRead] items.
  <T> JsonObject json(
      String name, List<T> found, Function<T, JsonObject> view, Function<T, UUID> id) {
    var shown = found.subList(0, Math.min(limit, found.size()));
    var answer = Json.object().put(name, Json.array(shown.stream().map(view).toList()));
    if (found.size() > limit) {
      answer.put("next_cursor", id.apply(shown.getLast()).toString());
    }
    return answer.build();
  }
}
