package dev.countersign.policy;

import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/// What a new tenant starts with: the risk factors as policies, one base permit, and two policies
/// that are off. It is data, the file `starter-set.json` beside this class.
public final class StarterSet {

  private StarterSet() {}

  /// Reads the set. A file that is missing or wrong is a broken build.
  public static PolicySet read() {
    try (var file =
        Objects.requireNonNull(
            StarterSet.class.getResourceAsStream("starter-set.json"),
            "the starter set is missing")) {
      return PolicySetJson.read(JsonReader.read(file.readAllBytes(), JsonReader.DEFAULT_DEPTH));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
