package dev.countersign.server.http;

import dev.countersign.policy.log.DecisionFilter;
import dev.countersign.policy.usecase.ShowDecisions;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The decision log in the shape that existing dashboards expect: pages by their number.
@Path("/api/admin/logs")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public final class DashboardLogRoutes {
  private static final String READ = "decision:read";
  private static final int DEFAULT_SIZE = 20;
  private static final int LARGEST_SIZE = 100;

  /// What the parameter `operation` asks for.
  private static final Map<String, SortedSet<String>> OPERATIONS =
      Map.of("allowed", DecisionFilter.ALLOWED, "blocked", DecisionFilter.BLOCKED);

  private final ShowDecisions show;
  private final Edge edge;

  DashboardLogRoutes(ShowDecisions show, Edge edge) {
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Needs(READ)
  public Response logs(
      @QueryParam("page") @Nullable String page,
      @QueryParam("page_size") @Nullable String pageSize,
      @QueryParam("model") @Nullable String model,
      @QueryParam("operation") @Nullable String operation) {
    var parameters = new Parameters();
    int number = parameters.between("page", page, 1, show.deepest()).orElse(1);
    int size = parameters.between("page_size", pageSize, 1, LARGEST_SIZE).orElse(DEFAULT_SIZE);
    if ((long) number * size > show.deepest()) {
      parameters.wrong(
          "page",
          "pages reach the newest " + show.deepest() + "; `/v1/decisions` goes on by its cursor");
    }
    var all = DecisionFilter.ALL;
    var filter =
        new DecisionFilter(
            all.from(),
            all.to(),
            parameters.text("model", model),
            all.operation(),
            parameters
                .choice(
                    "operation",
                    operation,
                    new TreeSet<>(OPERATIONS.keySet()),
                    word -> Optional.ofNullable(OPERATIONS.get(word)))
                .orElse(all.outcomes()),
            all.key(),
            all.policy());
    parameters.done();
    return edge.read(READ, principal -> show.numbered(principal, filter, number, size));
  }
}
