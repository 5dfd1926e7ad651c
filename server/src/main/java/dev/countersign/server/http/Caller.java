package dev.countersign.server.http;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Authenticated;
import dev.countersign.identity.RateLimit;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who makes the running request, as the [Gatekeeper] found out. One per request.
@RequestScoped
public class Caller {
  private @Nullable ApiKey key;
  private @Nullable Authenticated authenticated;
  private RateLimit.@Nullable Answer limit;
  private String traceId = "";
  private String source = "";

  void identify(ApiKey presented, Authenticated proved) {
    this.key = presented;
    this.authenticated = proved;
  }

  void arrive(String trace, String address) {
    this.traceId = trace;
    this.source = address;
  }

  void counted(RateLimit.Answer answer) {
    this.limit = answer;
  }

  /// What the key's bucket said of this request; empty for a key without a limit.
  Optional<RateLimit.Answer> limit() {
    return Optional.ofNullable(limit);
  }

  boolean known() {
    return authenticated != null;
  }

  ApiKey key() {
    if (key == null) {
      throw new IllegalStateException("a route that needs a permission runs after authentication");
    }
    return key;
  }

  Authenticated authenticated() {
    if (authenticated == null) {
      throw new IllegalStateException("a route that needs a permission runs after authentication");
    }
    return authenticated;
  }

  /// 32 lower-case hexadecimal digits.
  String traceId() {
    if (traceId.isEmpty()) {
      // What is refused before a route was found gets one too.
      traceId = Traces.of(null);
    }
    return traceId;
  }

  String source() {
    return source;
  }
}
