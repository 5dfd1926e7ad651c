package dev.countersign.server.http;

import dev.countersign.events.ActionFilter;
import dev.countersign.events.CloudEvent;
import dev.countersign.events.usecase.Follower;
import dev.countersign.events.usecase.LiveFeed;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.kernel.TenantId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// One connection of server-sent events: takes what the [LiveFeed] tells into a bounded buffer,
/// from which the connection takes it as fast as its reader reads.
final class EventStream implements Follower {
  /// A reading of the feed fits twice; some megabytes if each event is as large as may be.
  private static final int BUFFER = 2 * LiveFeed.PAGE + 56;

  /// How long a browser waits before it connects again.
  private static final long RECONNECT_MILLIS = 3_000;

  private final TenantId tenant;
  private final ActionFilter filter;
  private final Sse sse;
  private final Supplier<Optional<Long>> proof;
  private final UnicastProcessor<OutboundSseEvent> processor =
      UnicastProcessor.create(new ArrayBlockingQueue<>(BUFFER), null);
  private final AtomicInteger waiting = new AtomicInteger();
  private int left;

  /// @param limit after how many events it ends; never, if it is empty
  EventStream(
      TenantId tenant,
      ActionFilter filter,
      Optional<Integer> limit,
      Sse sse,
      Supplier<Optional<Long>> proof) {
    this.tenant = tenant;
    this.filter = filter;
    this.left = limit.orElse(Integer.MAX_VALUE);
    this.sse = sse;
    this.proof = proof;
    // So that the answer begins at once, whenever there will be something to tell.
    push(sse.newEventBuilder().reconnectDelay(RECONNECT_MILLIS).comment("hello").build());
  }

  /// What is written; once nobody reads it any more, nothing more is told.
  Multi<OutboundSseEvent> events(LiveFeed feed) {
    return processor
        .onItem()
        .invoke(() -> {
          var _ = waiting.decrementAndGet();
        })
        .onTermination()
        .invoke(() -> feed.leave(this));
  }

  @Override
  public TenantId tenant() {
    return tenant;
  }

  @Override
  public ActionFilter filter() {
    return filter;
  }

  @Override
  public int room() {
    return BUFFER - waiting.get();
  }

  @Override
  public void tell(long logIndex, CloudEvent event) {
    if (left == 0) {
      return;
    }
    push(
        sse.newEventBuilder()
            .id(Long.toString(logIndex))
            .name(CloudEvent.TYPES + event.action())
            .mediaType(MediaType.TEXT_PLAIN_TYPE)
            .data(String.class, JsonWriter.text(event.json()))
            .build());
    // A stream without a bound is never told so much.
    left--;
    if (left == 0) {
      processor.onComplete();
    }
  }

  @Override
  public void alive() {
    if (room() > 0 && left > 0) {
      push(sse.newEventBuilder().comment("alive").build());
    }
  }

  private void push(OutboundSseEvent event) {
    waiting.incrementAndGet();
    processor.onNext(event);
  }

  @Override
  public Optional<Long> proved() {
    return proof.get();
  }

  @Override
  public void end() {
    processor.onComplete();
  }
}
