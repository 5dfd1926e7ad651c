package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.kernel.Violation;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A problem document (RFC 9457).
///
/// @param status the HTTP status
/// @param code a stable word; `type` is made from it
/// @param detail for people
/// @param violations every thing that is wrong, or every reason of a refusal
/// @param retryAfter when a repetition may help
record Problem(
    int status,
    String code,
    String detail,
    List<Violation> violations,
    Optional<Duration> retryAfter) {

  /// The problem types' common beginning; docs/problems.md describes each.
  static final String TYPES = "https://countersign.dev/problems/";

  private static final String ACCESS_REQUEST_TYPES = "urn:openid:authzen:access-request:error:";

  /// The problems of AuthZEN's Access Request and Approval Profile.
  private static final List<String> ACCESS_REQUESTS =
      List.of(
          "duplicate_request",
          "expired_denial",
          "invalid_denial_binding",
          "not_requestable",
          "task_expired",
          "unknown_task");

  static final String MEDIA_TYPE = "application/problem+json";

  Problem {
    violations = List.copyOf(violations);
  }

  Problem(int status, String code, String detail) {
    this(status, code, detail, List.of(), Optional.empty());
  }

  static Problem retry(int status, String code, String detail, Duration after) {
    return new Problem(status, code, detail, List.of(), Optional.of(after));
  }

  /// The document, as the body of an answer or as a part of one.
  JsonObject json(String traceId) {
    var body =
        Json.object()
            .put("type", type())
            .put("title", title(status))
            .put("status", status)
            .put("code", code)
            .put("detail", detail)
            .put("trace_id", traceId);
    if (!violations.isEmpty()) {
      body.put(
          "problems",
          Json.array(
              violations.stream()
                  .map(violation ->
                      Json.object()
                          .put("pointer", violation.pointer())
                          .put("code", violation.code())
                          .put("message", violation.message())
                          .build())
                  .toList()));
    }
    return body.build();
  }

  /// A standard's own where it has one for this.
  private String type() {
    return (ACCESS_REQUESTS.contains(code) ? ACCESS_REQUEST_TYPES : TYPES) + code;
  }

  Response response(String traceId) {
    var response =
        Response.status(status)
            .header(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
            .entity(JsonWriter.bytes(json(traceId)));
    if (status == 401) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"countersign\"");
    }
    // Rounded up: a client that comes back too early would be refused again.
    retryAfter.ifPresent(after ->
        response.header(HttpHeaders.RETRY_AFTER, Math.max(1, (after.toMillis() + 999) / 1000)));
    return response.build();
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      case 409 -> "Conflict";
      case 410 -> "Gone";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 422 -> "Unprocessable Content";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> status < 500 ? "Request Refused" : "Internal Server Error";
    };
  }
}
