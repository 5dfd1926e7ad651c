package dev.countersign.policy.check;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/// Finds keys under which the content of a call is usually sent, in any case, at any depth.
///
/// Such a request is refused whole, so that content never gets into a log by a caller's oversight.
public final class ContentScan {
  private static final SortedSet<String> FORBIDDEN =
      new TreeSet<>(
          List.of(
              "prompt",
              "text",
              "input",
              "message",
              "messages",
              "content",
              "request_body",
              "response_body",
              "user_data"));

  private ContentScan() {}

  public static boolean forbids(String key) {
    // Comparing without regard to case as `equalsIgnoreCase` does also catches the letters that
    // only upper case brings together, such as a dotless i.
    return FORBIDDEN.contains(key.toLowerCase(Locale.ROOT))
        || FORBIDDEN.contains(key.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
  }

  /// One violation for each forbidden key, in the order of the text.
  ///
  /// The value behind a forbidden key is not looked at, nor is any value named. MUST be given what
  /// the strict reader accepted: that bounds the depth.
  public static List<Violation> of(Json body) {
    var found = new ArrayList<Violation>();
    scan(body, "", found);
    return List.copyOf(found);
  }

  private static void scan(Json value, String path, List<Violation> found) {
    switch (value) {
      case JsonObject(var members) ->
          members.forEach((name, member) -> {
            var here = path + "/" + name.replace("~", "~0").replace("/", "~1");
            if (forbids(name)) {
              found.add(
                  new Violation(
                      here,
                      "forbidden_content",
                      "names the content of the call, which must not be sent"));
            } else {
              scan(member, here, found);
            }
          });
      case JsonArray(var items) -> {
        for (int i = 0; i < items.size(); i++) {
          scan(items.get(i), path + "/" + i, found);
        }
      }
      case Json.JsonString(var _), Json.JsonNumber(var _), Json.JsonBoolean(var _) -> {}
      case Json.JsonNull() -> {}
    }
  }
}
