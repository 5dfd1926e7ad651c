package dev.countersign.events.sending;

import dev.countersign.events.AllowedAddresses;
import dev.countersign.events.SignedRequest;
import dev.countersign.events.WebhookUrl;
import dev.countersign.events.sending.Reply.Why;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocketFactory;

/// Sends a request to the very address that was checked.
///
/// A name may answer otherwise each time it is asked (DNS rebinding), so it is asked once a
/// request, *all* its addresses are checked, and one of these is connected to; host name and
/// certificate are verified as ever. The JDK's `HttpClient` looks a name up by itself and cannot be
/// told an address without giving up the name in TLS, so the exchange is our own: one POST, and the
/// status line of the answer (ADR 0038). Redirects are not followed. Safe for use by many threads;
/// blocks.
public final class PinnedPost {
  /// A receiver that needs longer takes the event and works later.
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AllowedAddresses allowed;
  private final Names names;
  private final SSLSocketFactory tls;
  private final boolean unencryptedAllowed;
  private final Duration patience;

  /// @param unencryptedAllowed whether the operator lets events be sent by `http`
  /// @param patience for a look-up, a connection and an exchange as a whole
  public PinnedPost(
      AllowedAddresses allowed,
      Names names,
      SSLSocketFactory tls,
      boolean unencryptedAllowed,
      Duration patience) {
    this.allowed = allowed;
    this.names = names;
    this.tls = tls;
    this.unencryptedAllowed = unencryptedAllowed;
    this.patience = patience;
  }

  /// Why nothing would be sent there now; empty if it would.
  public Optional<Why> refusal(WebhookUrl url) {
    if (!url.encrypted() && !unencryptedAllowed) {
      return Optional.of(Why.NOT_ENCRYPTED);
    }
    var looked = within(() -> look(url.host()), Looked::of, () -> {});
    return looked.refused();
  }

  /// Sends it and waits for the status of the answer. What is left of the answer is nobody's.
  public Reply send(SignedRequest request) {
    if (!request.url().encrypted() && !unencryptedAllowed) {
      return new Reply.Unanswered(Why.NOT_ENCRYPTED);
    }
    var exchange = new Exchange(request, tls, patience);
    return within(() -> exchanged(exchange, request.url()), Reply.Unanswered::new, exchange::abort);
  }

  private Reply exchanged(Exchange exchange, WebhookUrl url) {
    var looked = look(url.host());
    return looked
        .refused()
        .<Reply>map(Reply.Unanswered::new)
        .orElseGet(() -> exchange.with(looked.addresses()));
  }

  /// What a name leads to.
  private record Looked(List<InetAddress> addresses, Optional<Why> refused) {
    static Looked of(Why refused) {
      return new Looked(List.of(), Optional.of(refused));
    }
  }

  /// One address among them that is not allowed refuses all: whoever mixes them means no good.
  private Looked look(String host) {
    try {
      var found = names.addresses(host);
      return !found.isEmpty() && found.stream().allMatch(allowed::allows)
          ? new Looked(found, Optional.empty())
          : Looked.of(Why.ADDRESS_NOT_ALLOWED);
    } catch (UnknownHostException e) {
      return Looked.of(Why.UNRESOLVED);
    }
  }

  @FunctionalInterface
  private interface Attempt<T> {
    T get();
  }

  @FunctionalInterface
  private interface Failed<T> {
    T because(Why why);
  }

  /// On a thread of its own, since neither a look-up nor a handshake knows an end: when the time is
  /// over the connection is closed under it.
  private <T> T within(Attempt<T> work, Failed<T> failed, Runnable abort) {
    var task = new FutureTask<>(work::get);
    Thread.ofVirtual().name("countersign-webhook").start(task);
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      abort.run();
      return failed.because(Why.TIMED_OUT);
    } catch (InterruptedException e) {
      abort.run();
      Thread.currentThread().interrupt();
      return failed.because(Why.TIMED_OUT);
    } catch (ExecutionException e) {
      abort.run();
      throw new IllegalStateException(e.getCause());
    }
  }
}
