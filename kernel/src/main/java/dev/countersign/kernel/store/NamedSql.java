package dev.countersign.kernel.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The text of a statement with its parameters by name, as the driver wants it: `:name` becomes
/// `?`. Casts are written `cast(:name as type)`; a colon in quotes or doubled is none of ours.
///
/// Texts are the program's own, so all that were ever seen are kept.
///
/// @param text with a `?` for each parameter
/// @param places for each `?` the number of its name
/// @param numbers of the names
record NamedSql(String text, List<Integer> places, Map<String, Integer> numbers) {
  private static final Map<String, NamedSql> SEEN = new ConcurrentHashMap<>();

  static NamedSql of(String sql) {
    return SEEN.computeIfAbsent(sql, NamedSql::parse);
  }

  private static NamedSql parse(String sql) {
    var text = new StringBuilder();
    var places = new ArrayList<Integer>();
    var numbers = new LinkedHashMap<String, Integer>();
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      int end = at + 1;
      if (c == '\'') {
        end = sql.indexOf('\'', end) + 1;
        if (end == 0) {
          throw new IllegalArgumentException("a quote is not closed: " + sql);
        }
        text.append(sql, at, end);
      } else if (c == ':' && sql.startsWith("::", at)) {
        end = at + 2;
        text.append("::");
      } else if (c == ':') {
        while (end < sql.length() && named(sql.charAt(end))) {
          end++;
        }
        places.add(numbers.computeIfAbsent(sql.substring(at + 1, end), _ -> numbers.size()));
        text.append('?');
      } else {
        text.append(c);
      }
      at = end;
    }
    return new NamedSql(
        text.toString().strip(), List.copyOf(places), Collections.unmodifiableMap(numbers));
  }

  private static boolean named(char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
  }

  int number(String name) {
    var number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException("there is no parameter `" + name + "` in: " + text);
    }
    return number;
  }
}
