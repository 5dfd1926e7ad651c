package dev.countersign.server.http;

import dev.countersign.kernel.Violation;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The parameters that a route reads from the query of its address.
///
/// One that it does not read is a mistake of whoever sent it: a mistyped filter that was ignored
/// would show everything. So is one that is given twice where one is read.
///
/// @param repeatable by name, whether it may be given more than once
/// @param others whether others are ignored
public record KnownParameters(SortedMap<String, Boolean> repeatable, boolean others) {
  /// Enough to see what is wrong; an address has room for thousands.
  private static final int MOST_PROBLEMS = 20;

  private static final int LONGEST_NAME = 100;

  public KnownParameters {
    repeatable = Collections.unmodifiableSortedMap(new TreeMap<>(repeatable));
  }

  public static KnownParameters of(Method route) {
    var names = new TreeMap<String, Boolean>();
    for (var parameter : route.getParameters()) {
      note(names, parameter, parameter.getType());
      if (parameter.isAnnotationPresent(BeanParam.class)) {
        for (var field : parameter.getType().getDeclaredFields()) {
          note(names, field, field.getType());
        }
      }
    }
    return new KnownParameters(
        names, route.getDeclaringClass().isAnnotationPresent(IgnoresOthers.class));
  }

  private static void note(SortedMap<String, Boolean> names, AnnotatedElement read, Class<?> type) {
    var query = read.getAnnotation(QueryParam.class);
    if (query != null) {
      names.put(query.value(), type == List.class);
    }
  }

  /// What is wrong with these, each with the parameter's name.
  public List<Violation> wrong(Map<String, List<String>> given) {
    var wrong = new ArrayList<Violation>();
    if (others) {
      return wrong;
    }
    for (var parameter : new TreeMap<>(given).entrySet()) {
      var name = parameter.getKey();
      // What stands before the first `&` or behind the last one, if that is nothing.
      if (name.isEmpty() || wrong.size() == MOST_PROBLEMS) {
        continue;
      }
      var shown = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
      var repeats = repeatable.get(name);
      if (repeats == null) {
        wrong.add(new Violation(shown, "unknown_parameter", unknown()));
      } else if (!repeats && parameter.getValue().size() > 1) {
        wrong.add(new Violation(shown, "duplicate", "is given more than once"));
      }
    }
    return wrong;
  }

  private String unknown() {
    return repeatable.isEmpty()
        ? "is not a parameter of this address; it has none"
        : "is not a parameter of this address; there are `%s`"
            .formatted(String.join("`, `", repeatable.keySet()));
  }
}
