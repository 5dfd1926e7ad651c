package dev.countersign.trust.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.kernel.JsonReader;
import dev.countersign.trust.TrustState;

/// Reads and writes states as text, and remembers the latest of them: what a scope's next event
/// reads is mostly what its last one wrote.
///
/// A state is found by the whole of its text, so what is found is what reading would give, whatever
/// became of the transaction that wrote it. Bounded in memory, however many scopes there are. Safe
/// for use by many threads.
public final class KnownStates {
  /// About 5,000 scopes: those that are busy, not all there are.
  private static final long MOST_CHARACTERS = 16_000_000;

  private final Cache<String, TrustState> known =
      Caffeine.newBuilder()
          .maximumWeight(MOST_CHARACTERS)
          .weigher((String text, TrustState _) -> text.length())
          .build();

  /// Throws IllegalArgumentException for what [#write] did not write.
  public TrustState read(String text) {
    var found = known.getIfPresent(text);
    if (found != null) {
      return found;
    }
    var state = TrustState.fromJson(JsonReader.readObject(text));
    known.put(text, state);
    return state;
  }

  public String write(TrustState state) {
    var text = state.toJson().toString();
    known.put(text, state);
    return text;
  }
}
