package dev.countersign.server.http;

import dev.countersign.events.ActionFilter;
import dev.countersign.events.RecordedActions;
import dev.countersign.events.usecase.LiveFeed;
import dev.countersign.events.usecase.LiveFeed.Admission;
import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.Authenticate;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the log says, as it is recorded: server-sent events for dashboards (WHATWG HTML, section
/// 9.2).
@Path("/v1/events")
public final class EventRoutes {
  private static final String READ = "ledger:read";

  /// Who wants more asks without a bound.
  private static final int LARGEST_LIMIT = 1_000;

  private final LiveFeed feed;
  private final Authenticate authenticate;
  private final Caller caller;
  private final Edge edge;

  EventRoutes(LiveFeed feed, Authenticate authenticate, Caller caller, Edge edge) {
    this.feed = feed;
    this.authenticate = authenticate;
    this.caller = caller;
    this.edge = edge;
  }

  /// Without `Last-Event-ID` from now on; with it, what stands beyond that index first.
  // Blocking, as it looks up a key: what returns a stream is otherwise taken for non-blocking.
  @GET
  @Blocking
  @RunOnVirtualThread
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Needs(READ)
  public Multi<OutboundSseEvent> follow(
      @HeaderParam("Last-Event-ID") @Nullable String lastEventId,
      @QueryParam("action") @Nullable List<String> actions,
      @QueryParam("limit") @Nullable String limit,
      @Context Sse sse) {
    var parameters = new Parameters();
    var after = parameters.number("Last-Event-ID", lastEventId);
    var most = parameters.between("limit", limit, 1, LARGEST_LIMIT);
    var patterns = actions == null ? List.<String>of() : actions;
    if (patterns.size() > ActionFilter.MOST) {
      parameters.wrong("action", "must be given at most " + ActionFilter.MOST + " times");
    } else {
      patterns.forEach(pattern ->
          RecordedActions.wrong(pattern).ifPresent(rule -> parameters.wrong("action", rule)));
    }
    parameters.done();
    return edge.checkedAgain(
        READ,
        () -> {
          var stream =
              new EventStream(
                  caller.authenticated().principal().tenant(),
                  new ActionFilter(patterns),
                  most,
                  sse,
                  proof());
          return opened(stream, after);
        });
  }

  private Multi<OutboundSseEvent> opened(EventStream stream, Optional<Long> after) {
    var admission = feed.follow(caller.authenticated().principal(), stream, after);
    return switch (admission) {
      case ADMITTED -> stream.events(feed);
      case TENANT_FULL, NODE_FULL -> throw new TooManyStreams(admission);
    };
  }

  /// Outlives the request, so it takes along what it needs.
  private Supplier<Optional<Long>> proof() {
    var key = caller.key();
    var source = caller.source();
    return () ->
        authenticate
            .verifyAnew(key, source)
            .filter(proved -> Roles.permit(proved.principal(), READ))
            .map(proved -> proved.principal().credentialsGeneration());
  }

  /// So many listen that another one may not now.
  static final class TooManyStreams extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Admission why;

    private TooManyStreams(Admission why) {
      super("too many listen", null, false, false);
      this.why = why;
    }

    /// Whether it is the tenant's own doing.
    boolean ofTenant() {
      return why == Admission.TENANT_FULL;
    }
  }
}
