package dev.countersign.events;

import dev.countersign.kernel.Fields;
import java.util.List;
import java.util.regex.Pattern;

/// Which entries somebody wants to hear of, by their action: `approval.granted`, `approval.*` for
/// all that begin so, `*` or nothing at all for everything.
///
/// @param patterns in the order in which they were given; one that fits is enough
public record ActionFilter(List<String> patterns) {
  /// Everything.
  public static final ActionFilter ALL = new ActionFilter(List.of());

  /// There are some eighty actions; who lists more than this wants their families.
  public static final int MOST = 50;

  /// As long as an action may be.
  public static final int LONGEST = 100;

  private static final Pattern PATTERN =
      Pattern.compile("\\*|[a-z_]+(\\.[a-z_]+)+|[a-z_]+(\\.[a-z_]+)*\\.\\*");

  public ActionFilter {
    patterns = List.copyOf(patterns);
    if (patterns.size() > MOST || !patterns.stream().allMatch(ActionFilter::valid)) {
      throw new IllegalArgumentException("an action is words joined by dots, `.*` stands last");
    }
  }

  /// Reads the field `name`; notes what is wrong in `fields`, also what would never take anything.
  public static ActionFilter read(Fields fields, String name) {
    var patterns = fields.strings(name, MOST, LONGEST);
    boolean sound = true;
    for (int i = 0; i < patterns.size(); i++) {
      var wrong = RecordedActions.wrong(patterns.get(i));
      if (wrong.isPresent()) {
        fields.problem(name + "/" + i, "wrong_value", wrong.get());
        sound = false;
      }
    }
    return sound ? new ActionFilter(patterns) : ALL;
  }

  public static boolean valid(String pattern) {
    return pattern.length() <= LONGEST && PATTERN.matcher(pattern).matches();
  }

  public boolean takes(String action) {
    return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> fits(pattern, action));
  }

  static boolean fits(String pattern, String action) {
    return pattern.endsWith("*")
        ? action.startsWith(pattern.substring(0, pattern.length() - 1))
        : action.equals(pattern);
  }
}
