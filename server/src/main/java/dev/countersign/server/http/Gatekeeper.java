package dev.countersign.server.http;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Authenticated;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.RateLimits;
import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.Authenticate;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/// Stands before every route: size, authentication, limit, permission, in this order.
///
/// Permissions hang on the resource method, never on the path, so no spelling of a path gets around
/// them. A key that is remembered is checked on the event loop; any other one costs a query on a
/// virtual thread.
///
/// Not a singleton but behind a proxy: filters are made while the class path is initialised, when
/// there is no database yet.
@ApplicationScoped
public class Gatekeeper {
  private static final String BEARER = "Bearer ";
  private static final String LIMITED = "countersign.limit";

  private final Authenticate authenticate;
  private final RateLimits limits;
  private final Ledger ledger;
  private final Caller caller;
  private final Edge edge;
  private final ExecutorService virtualThreads;
  private final MeterRegistry metrics;
  private final Map<Method, Optional<Needs>> declared = new ConcurrentHashMap<>();

  /// What the limit said, for the answer's fields.
  private record Limited(RateLimit limit, RateLimit.Answer answer) {}

  public Gatekeeper(
      Authenticate authenticate,
      RateLimits limits,
      Ledger ledger,
      Caller caller,
      Edge edge,
      @VirtualThreads ExecutorService virtualThreads,
      MeterRegistry metrics) {
    this.authenticate = authenticate;
    this.limits = limits;
    this.ledger = ledger;
    this.caller = caller;
    this.edge = edge;
    this.virtualThreads = virtualThreads;
    this.metrics = metrics;
  }

  @ServerRequestFilter(nonBlocking = true)
  public @Nullable Uni<Response> admit(
      ContainerRequestContext request, ResourceInfo target, HttpServerRequest http) {
    caller.arrive(Traces.of(http.getHeader("traceparent")), http.remoteAddress().hostAddress());
    var needs = declared.computeIfAbsent(target.getResourceMethod(), Gatekeeper::declaredOn);
    int largest = needs.map(Needs::largest).orElse(Bodies.LARGEST);
    if (tooLarge(http, largest)) {
      return answer(Problems.tooLarge(largest));
    }
    if (needs.isPresent() && needs.get().value().equals(Needs.NOTHING)) {
      return null;
    }
    var key = presented(http.getHeader(HttpHeaders.AUTHORIZATION));
    if (key.isEmpty()) {
      return unauthorized();
    }
    if (authenticate.remembers(key.get().keyId())) {
      return admit(request, http, needs, key.get(), authenticate.verify(key.get()));
    }
    return Uni.createFrom()
        .item(() -> authenticate.verifyAnew(key.get()))
        .runSubscriptionOn(virtualThreads)
        .onItem()
        .transformToUni(proved -> {
          var refused = admit(request, http, needs, key.get(), proved);
          return refused == null ? Uni.createFrom().nullItem() : refused;
        })
        .onFailure()
        .recoverWithItem(failure -> edge.problem(failure).response(caller.traceId()));
  }

  private @Nullable Uni<Response> admit(
      ContainerRequestContext request,
      HttpServerRequest http,
      Optional<Needs> needs,
      ApiKey key,
      Optional<Authenticated> proved) {
    if (proved.isEmpty()) {
      return unauthorized();
    }
    var who = proved.get();
    caller.identify(key, who);
    if (who.limit().isPresent()) {
      var answer = limits.take(key.keyId(), who.limit().get());
      request.setProperty(LIMITED, new Limited(who.limit().get(), answer));
      if (!answer.allowed()) {
        return answer(
            Problem.retry(429, "rate_limited", "the key's limit is used up", answer.retryAfter()));
      }
    }
    // A route that declares nothing is refused to everybody: fail closed.
    if (needs.isEmpty() || !Roles.permit(who.principal(), needs.get().value())) {
      return forbidden(needs, http);
    }
    return null;
  }

  /// A refused write leaves its entry before its answer; a refused read leaves a number.
  private Uni<Response> forbidden(Optional<Needs> needs, HttpServerRequest http) {
    var problem =
        new Problem(
            403,
            "permission_denied",
            needs
                .map(need -> "the key's roles do not carry `" + need.value() + "`")
                .orElse("this address is not open"));
    var records = needs.map(Needs::records).orElse("");
    if (records.isEmpty()) {
      return answer(problem);
    }
    var trace = caller.traceId();
    var call = edge.call();
    var attempt = new Attempt(records, "route", http.method() + " " + http.path());
    return Uni.createFrom()
        .item(() -> {
          ledger.refused(call, attempt, problem.code());
          return problem.response(trace);
        })
        .runSubscriptionOn(virtualThreads)
        .onFailure()
        .recoverWithItem(failure -> edge.problem(failure).response(trace));
  }

  private Uni<Response> unauthorized() {
    metrics.counter("countersign_authentication_failures").increment();
    return answer(Problems.unauthorized());
  }

  private Uni<Response> answer(Problem problem) {
    return Uni.createFrom().item(problem.response(caller.traceId()));
  }

  private static boolean tooLarge(HttpServerRequest http, int largest) {
    var length = http.getHeader(HttpHeaders.CONTENT_LENGTH);
    // A length that is no number was refused by the server itself before this.
    return length != null && (length.length() > 9 || Long.parseLong(length) > largest);
  }

  private static Optional<ApiKey> presented(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? ApiKey.parse(authorization.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  private static Optional<Needs> declaredOn(Method method) {
    return Optional.ofNullable(method.getAnnotation(Needs.class));
  }

  /// Adds the fields of the current IETF draft on rate limits, and what keeps answers private.
  @ServerResponseFilter
  public void dress(ContainerRequestContext request, ContainerResponseContext response) {
    var headers = response.getHeaders();
    if (request.getProperty(LIMITED) instanceof Limited limited) {
      var limit = limited.limit();
      headers.putSingle(
          "RateLimit-Policy",
          "\"key\";q=%d;w=%d".formatted(limit.limit(), RateLimit.WINDOW.toSeconds()));
      headers.putSingle(
          "RateLimit",
          "\"key\";r=%d;t=%d"
              .formatted(
                  limited.answer().remaining(),
                  (limited.answer().retryAfter().toMillis() + 999) / 1000));
    }
    if (!headers.containsKey(HttpHeaders.CACHE_CONTROL)) {
      headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
    }
    headers.putSingle("X-Content-Type-Options", "nosniff");
  }
}
