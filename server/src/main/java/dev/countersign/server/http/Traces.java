package dev.countersign.server.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Trace ids of W3C Trace Context: taken from the caller's `traceparent`, or made.
final class Traces {
  private static final Pattern PARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");
  private static final String ABSENT = "0".repeat(32);

  private Traces() {}

  static String of(@Nullable String traceparent) {
    if (traceparent != null && traceparent.length() < 100) {
      var matcher = PARENT.matcher(traceparent);
      if (matcher.matches() && !matcher.group(1).equals(ABSENT)) {
        return matcher.group(1);
      }
    }
    // Not a secret: it only has to differ.
    var bytes = new byte[16];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
