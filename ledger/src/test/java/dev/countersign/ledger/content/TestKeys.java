package dev.countersign.ledger.content;

import dev.countersign.ledger.content.ContentKeys.Fingerprint;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Keys in a folder, and a database of fingerprints in memory that several nodes share.
record TestKeys(Path folder, Map<ContentDay, Fingerprint> recorded) {
  TestKeys(Path folder) {
    this(folder, new ConcurrentHashMap<>());
  }

  /// The keys as a node that starts now has them.
  ContentKeys node() {
    var random = new SecureRandom();
    return new ContentKeys(
        new ContentKeyFolder(folder, random),
        day -> Optional.ofNullable(recorded.get(day)),
        random);
  }

  /// Makes a day's secret and writes its fingerprint down.
  void prepare(ContentKeys keys, ContentDay day) {
    recorded.put(day, new Fingerprint(keys.prepare(day), false));
  }

  void begins(ContentDay day) {
    recorded.computeIfPresent(day, (_, known) -> new Fingerprint(known.digest(), true));
  }
}
