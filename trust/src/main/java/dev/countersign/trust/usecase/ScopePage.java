package dev.countersign.trust.usecase;

import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.Optional;

/// One page of scopes, newest first.
///
/// @param next the cursor of the page behind it, if there is one
public record ScopePage(List<JsonObject> items, Optional<String> next) {
  public ScopePage {
    items = List.copyOf(items);
  }
}
