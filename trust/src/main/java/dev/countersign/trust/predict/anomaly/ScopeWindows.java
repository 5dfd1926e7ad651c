package dev.countersign.trust.predict.anomaly;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// A scope's latest windows: all that a score depends on, and what is stored of it. Immutable.
///
/// @param windows oldest first, at most [#MOST]
public record ScopeWindows(List<Window> windows) {

  /// Two weeks of hours in which something happened.
  public static final int MOST = 336;

  /// With fewer, hardly anything is usual.
  static final int FEWEST = 24;

  public static final ScopeWindows NONE = new ScopeWindows(List.of());

  public ScopeWindows {
    windows = List.copyOf(windows);
    if (windows.size() > MOST) {
      throw new IllegalArgumentException("a scope keeps at most " + MOST + " windows");
    }
    for (int i = 1; i < windows.size(); i++) {
      if (!windows.get(i).start().isAfter(windows.get(i - 1).start())) {
        throw new IllegalArgumentException("windows follow each other in time");
      }
    }
  }

  /// Adds the next window, and forgets the oldest where there are too many.
  public ScopeWindows with(Window window) {
    var more = new ArrayList<>(windows);
    more.add(window);
    return new ScopeWindows(more.subList(Math.max(0, more.size() - MOST), more.size()));
  }

  boolean enough() {
    return windows.size() >= FEWEST;
  }

  public JsonObject toJson() {
    return Json.object()
        .put("windows", Json.array(windows.stream().map(Window::toJson).toList()))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static ScopeWindows fromJson(JsonObject json) {
    var windows = new ArrayList<Window>();
    for (var item : json.items("windows")) {
      if (item instanceof JsonObject window) {
        windows.add(Window.fromJson(window));
      }
    }
    return new ScopeWindows(windows);
  }
}
