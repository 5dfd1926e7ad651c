package dev.countersign.server.http;

import dev.countersign.kernel.JsonReader.MalformedJson;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.StaleCredential;
import dev.countersign.ledger.content.ContentKeyFailure;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.server.http.EventRoutes.TooManyStreams;
import dev.countersign.server.yaml.MalformedYaml;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The one place where a failure becomes a problem document.
@ApplicationScoped
public class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class);
  private static final Duration DATABASE_PAUSE = Duration.ofSeconds(2);
  private static final Duration STREAM_PAUSE = Duration.ofSeconds(30);
  private static final Duration KEY_PAUSE = Duration.ofSeconds(10);

  private final Caller caller;

  public Problems(Caller caller) {
    this.caller = caller;
  }

  @ServerExceptionMapper
  public Response refusal(Refusal refusal) {
    return of(refusal).response(caller.traceId());
  }

  @ServerExceptionMapper
  public Response malformed(MalformedJson malformed) {
    return of(malformed).response(caller.traceId());
  }

  @ServerExceptionMapper
  public Response malformedYaml(MalformedYaml malformed) {
    return of(malformed).response(caller.traceId());
  }

  @ServerExceptionMapper
  public Response ledger(LedgerFailure failure) {
    return of(failure).response(caller.traceId());
  }

  @ServerExceptionMapper
  public Response database(DatabaseFailure failure) {
    return of(failure).response(caller.traceId());
  }

  @ServerExceptionMapper
  public Response stale(StaleCredential stale) {
    return of(stale).response(caller.traceId());
  }

  @ServerExceptionMapper
  public Response http(WebApplicationException failure) {
    return of(failure).response(caller.traceId());
  }

  @ServerExceptionMapper
  public Response bug(Throwable failure) {
    return of(failure).response(caller.traceId());
  }

  /// Every kind of failure, one line each.
  Problem of(Throwable failure) {
    return switch (failure) {
      case Refusal.Invalid invalid ->
          new Problem(400, invalid.code(), said(invalid), invalid.violations(), Optional.empty());
      case Refusal.KeyReused reused -> new Problem(422, reused.code(), said(reused));
      case Refusal.NotFound missing -> new Problem(404, missing.code(), said(missing));
      case Refusal.Forbidden forbidden -> new Problem(403, forbidden.code(), said(forbidden));
      case Refusal.Conflict conflict ->
          new Problem(409, conflict.code(), said(conflict), conflict.reasons(), Optional.empty());
      case Refusal.TooMany often ->
          Problem.retry(429, often.code(), said(often), often.retryAfter());
      case AccessRefused refused -> refused.problem();
      case MalformedJson malformed -> new Problem(400, "malformed_json", said(malformed));
      case MalformedYaml malformed -> new Problem(400, "malformed_yaml", said(malformed));
      case LedgerFailure away ->
          Problem.retry(503, "ledger_unavailable", said(away), away.retryAfter());
      case ContentKeyFailure _ -> keyMissing(failure);
      case DatabaseFailure.Unavailable away ->
          Problem.retry(503, "database_unavailable", said(away), DATABASE_PAUSE);
      case DatabaseFailure.Broken broken -> unexpected(broken);
      case StaleCredential _ -> unauthorized();
      case Unauthenticated _ -> unauthorized();
      case TooManyStreams full ->
          full.ofTenant()
              ? Problem.retry(
                  429,
                  "too_many_streams",
                  "your tenant listens on as many connections as it may",
                  STREAM_PAUSE)
              : Problem.retry(
                  503,
                  "streams_unavailable",
                  "as many connections listen here as there is room for",
                  STREAM_PAUSE);
      case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case Bodies.TooLarge large -> tooLarge(large.largest());
      case WebApplicationException http -> ofStatus(http.getResponse().getStatus());
      default -> unexpected(failure);
    };
  }

  /// The one answer for every credential that is not good, whatever is wrong with it.
  static Problem unauthorized() {
    return new Problem(
        401, "unauthorized", "a valid key is needed: `Authorization: Bearer <key_id>.<secret>`");
  }

  /// What to do is for the operator, so it stands in the log of the server.
  private Problem keyMissing(Throwable failure) {
    LOG.error("content cannot be sealed or opened", failure);
    return Problem.retry(
        503, "ledger_unavailable", "content cannot be read or written now", KEY_PAUSE);
  }

  private static Problem ofStatus(int status) {
    return switch (status) {
      case 404 -> new Problem(404, "no_such_route", "there is no such address; see /docs");
      case 405 ->
          new Problem(405, "method_not_allowed", "this address has other methods; see /docs");
      case 406 -> new Problem(406, "not_acceptable", "the answer is JSON");
      case 413 -> tooLarge(Bodies.LARGEST);
      case 415 ->
          new Problem(
              415,
              "unsupported_media_type",
              "the body must be application/json, or application/yaml if it defines a workflow");
      default ->
          status < 500
              ? new Problem(status, "bad_request", "the request cannot be understood")
              : unexpectedAnswer();
    };
  }

  /// Ours always say something; the type system cannot know.
  private static String said(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "no more is known");
  }

  static Problem tooLarge(int largest) {
    return new Problem(413, "too_large", "the body is larger than " + largest + " bytes");
  }

  private Problem unexpected(Throwable failure) {
    MDC.put("trace_id", caller.traceId());
    try {
      LOG.error("unexpected failure", failure);
    } finally {
      MDC.remove("trace_id");
    }
    return unexpectedAnswer();
  }

  private static Problem unexpectedAnswer() {
    return new Problem(
        500,
        "internal_error",
        "something is wrong on our side; nothing was answered unrecorded; quote the trace_id",
        List.of(),
        Optional.empty());
  }
}
