package dev.countersign.server.outgoing;

import dev.countersign.events.SignedRequest;
import dev.countersign.events.WebhookKey;
import dev.countersign.events.WebhookUrl;
import dev.countersign.events.sending.PinnedPost;
import dev.countersign.events.sending.Reply.Answered;
import dev.countersign.events.sending.Reply.Unanswered;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.workflow.OutgoingCall;
import dev.countersign.workflow.OutgoingCall.Reply;
import dev.countersign.workflow.usecase.ActionCalls;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Sends actions by HTTP: a POST with an `Idempotency-Key`, signed by RFC 9421, to an address that
/// is checked at each connection; redirects are not followed.
///
/// Each host has a bulkhead, so that one which is slow does not take all connections, and a circuit
/// breaker, so that one which is away is left alone for a while; what they hold back loses no
/// attempt. Both are this node's alone: what an attempt came to is in the database. Safe for use by
/// many threads; blocks.
public final class HttpActionCalls implements ActionCalls {
  static final String MEDIA_TYPE = "application/json";

  /// A host that takes more at once is rare, and one that does not must not be drowned.
  static final int MOST_AT_ONCE = 16;

  /// Definitions name few hosts. Beyond these all others share a breaker and a bulkhead, so that a
  /// tenant that names thousands fills no memory.
  static final int MOST_HOSTS = 1_000;

  private static final String ANY_OTHER = "*";

  static final Duration BREAK = Duration.ofSeconds(30);
  private static final Duration FULL = Duration.ofSeconds(1);

  /// Two seconds, four, eight ... five minutes.
  private static final IntervalFunction PAUSES =
      IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(2), 2.0, Duration.ofMinutes(5));

  /// Each pause is off by up to a half, the longest ones too, so that what failed together does not
  /// come back together.
  private static final double JITTER = 0.5;

  private final Function<Duration, PinnedPost> posts;
  private final WebhookKey key;
  private final Clock clock;
  private final CircuitBreakerRegistry breakers;
  private final BulkheadRegistry bulkheads =
      BulkheadRegistry.of(
          BulkheadConfig.custom()
              .maxConcurrentCalls(MOST_AT_ONCE)
              .maxWaitDuration(Duration.ZERO)
              .build());

  /// @param posts a way to send that gives up after a time
  public HttpActionCalls(Function<Duration, PinnedPost> posts, WebhookKey key, Clock clock) {
    this.posts = posts;
    this.key = key;
    this.clock = clock;
    this.breakers =
        CircuitBreakerRegistry.of(
            CircuitBreakerConfig.custom()
                .clock(clock)
                .slidingWindowSize(20)
                .minimumNumberOfCalls(5)
                .failureRateThreshold(50)
                .waitDurationInOpenState(BREAK)
                .permittedNumberOfCallsInHalfOpenState(2)
                .build());
  }

  /// How long to wait after so many attempts in vain.
  public static IntFunction<Duration> pauses() {
    return attempts -> {
      var pause = Duration.ofMillis(PAUSES.apply(Math.max(1, attempts)));
      return Duration.ofMillis(IntervalFunction.ofRandomized(pause, JITTER).apply(1));
    };
  }

  @Override
  public Reply call(OutgoingCall call) {
    var url = new WebhookUrl(call.url());
    var host = host(url);
    var breaker = breakers.circuitBreaker(host);
    if (!breaker.tryAcquirePermission()) {
      return new Reply.Postponed("breaker_open", BREAK);
    }
    var bulkhead = bulkheads.bulkhead(host);
    if (!bulkhead.tryAcquirePermission()) {
      breaker.releasePermission();
      return new Reply.Postponed("bulkhead_full", FULL);
    }
    return guarded(call, url, breaker, bulkhead);
  }

  private Reply guarded(
      OutgoingCall call, WebhookUrl url, CircuitBreaker breaker, Bulkhead bulkhead) {
    long started = System.nanoTime();
    try {
      var reply = read(posts.apply(call.timeout()).send(signed(call, url)));
      long took = System.nanoTime() - started;
      if (reply instanceof Reply.Unavailable(var why)) {
        breaker.onError(took, TimeUnit.NANOSECONDS, new IllegalStateException(why));
      } else {
        breaker.onSuccess(took, TimeUnit.NANOSECONDS);
      }
      return reply;
    } catch (RuntimeException ours) {
      breaker.onError(System.nanoTime() - started, TimeUnit.NANOSECONDS, ours);
      throw ours;
    } finally {
      bulkhead.onComplete();
    }
  }

  private SignedRequest signed(OutgoingCall call, WebhookUrl url) {
    var more = new LinkedHashMap<String, String>();
    more.put("idempotency-key", "\"" + call.idempotencyKey() + "\"");
    return SignedRequest.of(
        url,
        MEDIA_TYPE,
        more,
        new SignedRequest.Body(JsonWriter.text(call.body())),
        key,
        clock.instant());
  }

  /// 2xx says that it is done. What another attempt may change is tried again; anything else is a
  /// refusal for good, a redirect too.
  private static Reply read(dev.countersign.events.sending.Reply reply) {
    return switch (reply) {
      case Answered(int code) when code >= 200 && code < 300 -> new Reply.Done();
      case Answered(int code) when code == 408 || code == 425 || code == 429 || code >= 500 ->
          new Reply.Unavailable("status_" + code);
      case Answered(int code) -> new Reply.Refused(code);
      case Unanswered(var why) -> new Reply.Unavailable(why.word());
    };
  }

  private String host(WebhookUrl url) {
    var host = url.origin();
    boolean known = breakers.find(host).isPresent();
    return known || breakers.getAllCircuitBreakers().size() < MOST_HOSTS ? host : ANY_OTHER;
  }
}
