package dev.countersign.server.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.Collectors;

/// Answers that are text, byte for byte, and may be asked for again at any time.
final class Texts {
  private Texts() {}

  static Response response(String body) {
    return Response.ok(body, MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8"))
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .build();
  }

  /// One a line.
  static String lines(List<?> values) {
    return values.stream().map(value -> value + "\n").collect(Collectors.joining());
  }
}
