package dev.countersign.server.http;

import dev.countersign.kernel.Refusal;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// `X-Request-ID`: what an enforcement point calls its request, given back with every answer to it,
/// refusals among them (AuthZEN, request identification).
public final class RequestIds {
  static final String FIELD = "X-Request-ID";
  private static final int LONGEST = 200;

  /// The running request's; throws [Refusal.Invalid] for one that cannot be given back as it is.
  static Optional<String> of(jakarta.ws.rs.core.HttpHeaders headers) {
    var id = headers.getHeaderString(FIELD);
    if (id != null && !plain(id)) {
      throw new Refusal.Invalid(
          FIELD, "wrong_value", "must have 1 to " + LONGEST + " visible ASCII characters");
    }
    return Optional.ofNullable(id);
  }

  @ServerResponseFilter
  public void echo(ContainerRequestContext request, ContainerResponseContext response) {
    var id = request.getHeaderString(FIELD);
    if (id != null && plain(id)) {
      response.getHeaders().putSingle(FIELD, id);
    }
  }

  private static boolean plain(String id) {
    return !id.isEmpty()
        && id.length() <= LONGEST
        && id.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }
}
