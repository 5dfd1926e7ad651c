package dev.countersign.policy.cel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// The tests that the library is known to depart from, each with the reason.
///
/// `file/section/test` names one test and `file/*` all of a file; the line above that begins with
/// `=` is the reason.
final class KnownDeviations {
  private static final String WHOLE = "/*";

  private final Map<String, String> reasons = new TreeMap<>();

  KnownDeviations() {
    String reason = null;
    for (var line : lines()) {
      if (line.startsWith("=")) {
        reason = line.substring(1).strip();
      } else if (!line.isBlank() && !line.startsWith("#")) {
        var before = reasons.put(line, Objects.requireNonNull(reason, "a test without a reason"));
        if (before != null) {
          throw new IllegalStateException("`" + line + "` is listed twice");
        }
      }
    }
  }

  private static List<String> lines() {
    try (InputStream file =
        Objects.requireNonNull(
            KnownDeviations.class.getResourceAsStream("conformance-deviations.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Why a test is known to deviate; empty if it should pass.
  Optional<String> reason(ConformanceCase test) {
    return Optional.ofNullable(reasons.get(test.name()))
        .or(() -> Optional.ofNullable(reasons.get(test.file() + WHOLE)));
  }

  /// Entries that name none of these tests.
  List<String> naming(List<ConformanceCase> none) {
    var left = new ArrayList<>(reasons.keySet());
    none.forEach(test -> {
      left.remove(test.name());
      left.remove(test.file() + WHOLE);
    });
    return left;
  }
}
