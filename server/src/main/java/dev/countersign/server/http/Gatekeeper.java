package dev.countersign.server.http;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Authenticated;
import dev.countersign.identity.KeyUsage;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.RateLimits;
import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.Authenticate;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.Violation;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/// Stands before every route: size, authentication, limit, permission, and whether it knows the
/// parameters, in this order.
///
/// Permissions hang on the resource method, never on the path, so no spelling of a path gets around
/// them. A key that is remembered is checked on the event loop; any other one costs a query on a
/// virtual thread, and only as long as its address has not failed too often.
///
/// Not a singleton but behind a proxy: filters are made while the class path is initialised, when
/// there is no database yet.
@ApplicationScoped
public class Gatekeeper {
  private static final String BEARER = "Bearer ";
  private static final String LIMITED = "countersign.limit";

  private final Authenticate authenticate;
  private final RateLimits limits;
  private final FailureLimit failures;
  private final KeyUsage usage;
  private final Arrivals arrivals;
  private final Clock clock;
  private final Ledger ledger;
  private final Caller caller;
  private final Edge edge;
  private final ExecutorService virtualThreads;
  private final MeterRegistry metrics;
  private final Map<Method, Optional<Needs>> declared = new ConcurrentHashMap<>();
  private final Map<Method, KnownParameters> parameters = new ConcurrentHashMap<>();

  /// What the limit said, for the answer's fields.
  private record Limited(RateLimit limit, RateLimit.Answer answer) {}

  /// One request at the gate.
  ///
  /// @param misread what is wrong with its query
  private record Arrived(
      ContainerRequestContext request,
      HttpServerRequest http,
      Optional<Needs> needs,
      List<Violation> misread,
      Context eventLoop) {}

  public Gatekeeper(
      Authenticate authenticate,
      RateLimits limits,
      FailureLimit failures,
      KeyUsage usage,
      Arrivals arrivals,
      Clock clock,
      Ledger ledger,
      Caller caller,
      Edge edge,
      @VirtualThreads ExecutorService virtualThreads,
      MeterRegistry metrics) {
    this.authenticate = authenticate;
    this.limits = limits;
    this.failures = failures;
    this.usage = usage;
    this.arrivals = arrivals;
    this.clock = clock;
    this.ledger = ledger;
    this.caller = caller;
    this.edge = edge;
    this.virtualThreads = virtualThreads;
    this.metrics = metrics;
  }

  @ServerRequestFilter(nonBlocking = true)
  public @Nullable Uni<Response> admit(
      ContainerRequestContext request, ResourceInfo target, HttpServerRequest http) {
    caller.arrive(Traces.of(http.getHeader("traceparent")), arrivals.source(http));
    var needs = declared.computeIfAbsent(target.getResourceMethod(), Gatekeeper::declaredOn);
    int largest = needs.map(Needs::largest).orElse(Bodies.LARGEST);
    if (tooLarge(http, largest)) {
      return answer(Problems.tooLarge(largest));
    }
    if (needs.isPresent() && needs.get().value().equals(Needs.NOTHING)) {
      // These are standards' own; they have no parameters, and who adds one is shown the same.
      return null;
    }
    var misread = misread(request, target.getResourceMethod(), http);
    var context = Objects.requireNonNull(Vertx.currentContext());
    var arrived = new Arrived(request, http, needs, misread, context);
    var key = presented(http.getHeader(HttpHeaders.AUTHORIZATION));
    // A key that is remembered and good costs no look-up: it passes whatever its address did.
    var recalled = key.flatMap(known -> authenticate.recall(known, caller.source()));
    if (key.isPresent() && recalled.isPresent()) {
      return proved(arrived, key.get(), recalled.get());
    }
    var allowance = failures.take(caller.source());
    if (!allowance.allowed()) {
      return answer(
          Problem.retry(
              429,
              "too_many_failures",
              "too many requests from this address had no valid key",
              allowance.retryAfter()));
    }
    return key.isEmpty() ? unauthorized(Optional.empty()) : lookedUp(arrived, key.get());
  }

  private Uni<Response> lookedUp(Arrived arrived, ApiKey key) {
    var source = caller.source();
    return Uni.createFrom()
        .item(() -> authenticate.verifyAnew(key, source))
        .runSubscriptionOn(virtualThreads)
        // A look-up that the database could not answer is nobody's failed attempt.
        .onFailure()
        .invoke(() -> failures.giveBack(source))
        .onItem()
        .transformToUni(found -> {
          if (found.isEmpty()) {
            return unauthorized(authenticate.tenantOf(key.keyId()));
          }
          failures.giveBack(source);
          return orNothing(proved(arrived, key, found.get()));
        })
        .onFailure()
        .recoverWithItem(failure -> edge.problem(failure).response(caller.traceId()));
  }

  private @Nullable Uni<Response> proved(Arrived arrived, ApiKey key, Authenticated who) {
    caller.identify(key, who);
    usage.used(who.principal(), clock.instant());
    if (who.limit().isEmpty()) {
      return permitted(arrived, who);
    }
    var outcome = limits.take(key.keyId(), who.limit().get(), who.whenUnavailable());
    if (outcome.isDone()) {
      return limited(arrived, who, outcome.join());
    }
    // Back on the event loop of this request, whichever thread heard of the shared bucket.
    return Uni.createFrom()
        .completionStage(outcome)
        .emitOn(work -> arrived.eventLoop().runOnContext(_ -> work.run()))
        .onItem()
        .transformToUni(known -> orNothing(limited(arrived, who, known)));
  }

  private @Nullable Uni<Response> limited(
      Arrived arrived, Authenticated who, RateLimits.Outcome outcome) {
    return switch (outcome) {
      case RateLimits.Outcome.Unavailable(var after) ->
          answer(
              Problem.retry(
                  503, "limits_unavailable", "the key's limit cannot be counted now", after));
      case RateLimits.Outcome.Asked(var answer) -> {
        arrived.request().setProperty(LIMITED, new Limited(who.limit().orElseThrow(), answer));
        caller.counted(answer);
        yield answer.allowed()
            ? permitted(arrived, who)
            : answer(
                Problem.retry(
                    429, "rate_limited", "the key's limit is used up", answer.retryAfter()));
      }
    };
  }

  private @Nullable Uni<Response> permitted(Arrived arrived, Authenticated who) {
    var needs = arrived.needs();
    // A route that declares nothing is refused to everybody: fail closed.
    if (needs.isEmpty() || !Roles.permit(who.principal(), needs.get().value())) {
      return forbidden(needs, arrived.http());
    }
    return arrived.misread().isEmpty()
        ? null
        : answer(edge.problem(new Refusal.Invalid(arrived.misread())));
  }

  private List<Violation> misread(
      ContainerRequestContext request, Method route, HttpServerRequest http) {
    // Most have none, and the hot path never has.
    return http.query() == null
        ? List.of()
        : parameters
            .computeIfAbsent(route, KnownParameters::of)
            .wrong(request.getUriInfo().getQueryParameters());
  }

  private static Uni<Response> orNothing(@Nullable Uni<Response> refused) {
    return refused == null ? Uni.createFrom().nullItem() : refused;
  }

  /// A refused write leaves its entry before its answer; a refused read leaves a number.
  private Uni<Response> forbidden(Optional<Needs> needs, HttpServerRequest http) {
    var problem =
        new Problem(
            403,
            "permission_denied",
            needs
                .map(need -> "the key does not carry `" + need.value() + "`")
                .orElse("this address is not open"));
    var records = needs.map(Needs::records).orElse(new String[0]);
    if (records.length == 0) {
      return answer(problem);
    }
    var trace = caller.traceId();
    var call = edge.call();
    var key = caller.key();
    var attempt = new Attempt(records[0], "route", http.method() + " " + http.path());
    return Uni.createFrom()
        .item(() -> {
          // Another key of the tenant may have changed since this one was remembered: that makes
          // nobody unknown who is refused.
          edge.provedAgain(key, call, proved -> ledger.refused(proved, attempt, problem.code()));
          return problem.response(trace);
        })
        .runSubscriptionOn(virtualThreads)
        .onFailure()
        .recoverWithItem(failure -> edge.problem(failure).response(trace));
  }

  /// @param tenant whose key has the id that was presented
  private Uni<Response> unauthorized(Optional<TenantId> tenant) {
    failures.failed(tenant, caller.source());
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
                  (limited.answer().fullAfter().toMillis() + 999) / 1000));
    }
    if (!headers.containsKey(HttpHeaders.CACHE_CONTROL)) {
      headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
    }
    headers.putSingle("X-Content-Type-Options", "nosniff");
  }
}
