package dev.countersign.server.http;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.Authenticate;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.StaleCredential;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.workflow.usecase.TenantProfile;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Between a route and its use case: makes the [Call], and checks the caller again when a
/// transaction finds that credentials changed since the [Gatekeeper] let him in.
@Singleton
public final class Edge {
  private static final int LONGEST_KEY = 255;

  /// A key that is good fails only because another key of its tenant changed at the same moment; so
  /// often in a row means that many are changing.
  private static final int MOST_ATTEMPTS = 5;

  private final Caller caller;
  private final Authenticate authenticate;
  private final Problems problems;

  public Edge(Caller caller, Authenticate authenticate, Problems problems) {
    this.caller = caller;
    this.authenticate = authenticate;
    this.problems = problems;
  }

  Problem problem(Throwable failure) {
    return problems.of(failure);
  }

  /// The running request as use cases see it, without idempotency.
  Call call() {
    return new Call(
        caller.authenticated().principal(), caller.traceId(), caller.source(), Optional.empty());
  }

  TenantProfile profile() {
    var authenticated = caller.authenticated();
    // Only keys of a demo tenant that measure and replay have no limit.
    return new TenantProfile(
        authenticated.demo(), authenticated.demo() && authenticated.limit().isEmpty());
  }

  /// Reads something for the caller.
  Response read(String permission, Function<Principal, ? extends Json> work) {
    return json(200, checkedAgain(permission, () -> work.apply(call().principal())));
  }

  /// Tries something for the caller that changes nothing.
  Response trial(String permission, Function<Call, JsonObject> work) {
    return json(200, checkedAgain(permission, () -> work.apply(call())));
  }

  /// Changes something for the caller, recognising a repetition by its `Idempotency-Key`.
  Response write(
      int status,
      String permission,
      HttpServerRequest http,
      Json body,
      Function<Call, JsonObject> work) {
    return json(status, changed(permission, http, body, work));
  }

  /// Changes something for the caller, or has it wait for somebody: the answer says which.
  Response submit(
      String permission, HttpServerRequest http, Json body, Function<Call, JsonObject> work) {
    var answer = changed(permission, http, body, work);
    return json(answer.text("outcome").orElseThrow().equals("waiting") ? 202 : 200, answer);
  }

  private JsonObject changed(
      String permission, HttpServerRequest http, Json body, Function<Call, JsonObject> work) {
    return checkedAgain(permission, () -> work.apply(call(http, body)));
  }

  /// The running request with its `Idempotency-Key`.
  Call call(HttpServerRequest http, Json body) {
    var call = call();
    return new Call(call.principal(), call.traceId(), call.source(), idempotency(http, body));
  }

  /// Runs work again if the caller's credentials had to be checked again and still hold; whoever
  /// loses to other changes of his tenant's keys every time has to come again.
  <T> T checkedAgain(String permission, Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (StaleCredential stale) {
        recheck(permission, stale);
        if (attempt == MOST_ATTEMPTS) {
          throw new LedgerFailure.Overloaded();
        }
      }
    }
  }

  /// Runs work outside the request's scope, again with what the key proves now if credentials
  /// changed meanwhile; throws [StaleCredential] if it proves nothing any more.
  void provedAgain(ApiKey key, Call call, Consumer<Call> work) {
    var proved = call;
    for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      try {
        work.accept(proved);
        return;
      } catch (StaleCredential stale) {
        var again = authenticate.verifyAnew(key, call.source()).orElseThrow(() -> stale);
        proved = new Call(again.principal(), call.traceId(), call.source(), call.idempotency());
      }
    }
    throw new LedgerFailure.Overloaded();
  }

  /// Checks the caller's key past every cache; throws `stale` if it is not good any more.
  private void recheck(String permission, StaleCredential stale) {
    var proved = authenticate.verifyAnew(caller.key(), caller.source()).orElseThrow(() -> stale);
    if (!Roles.permit(proved.principal(), permission)) {
      throw new Refusal.Forbidden(
          "permission_denied", "the key does not carry `" + permission + "`");
    }
    caller.identify(caller.key(), proved);
  }

  static Response json(int status, Json body) {
    return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body).build();
  }

  private static Optional<Call.Idempotency> idempotency(HttpServerRequest http, Json body) {
    var key = http.getHeader("Idempotency-Key");
    if (key == null) {
      return Optional.empty();
    }
    boolean visible = key.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    if (key.isEmpty() || key.length() > LONGEST_KEY || !visible) {
      throw new Refusal.Invalid(
          "Idempotency-Key",
          "wrong_value",
          "must have 1 to " + LONGEST_KEY + " visible ASCII characters");
    }
    return Optional.of(
        new Call.Idempotency(key, http.method() + " " + http.path(), Digest.ofCanonical(body)));
  }
}
