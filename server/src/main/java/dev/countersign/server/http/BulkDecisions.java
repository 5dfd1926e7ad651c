package dev.countersign.server.http;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.workflow.usecase.DecideSeveral;
import dev.countersign.workflow.usecase.DecisionsRequest;
import dev.countersign.workflow.usecase.DecisionsRequest.Item;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.Supplier;

/// Several decisions of one call, one after the other, each answered as it would be alone.
///
/// A refusal is the answer of its item. What fails for reasons of ours ends the run: the items
/// behind it would wait for the same, one time-out after the other. If nothing was decided before,
/// the call fails as a whole.
@Singleton
final class BulkDecisions {
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Problem NOT_TRIED =
      Problem.retry(503, "not_tried", "an item before it failed on our side; send it again", PAUSE);

  private final DecideSeveral several;
  private final Edge edge;

  BulkDecisions(DecideSeveral several, Edge edge) {
    this.several = several;
    this.edge = edge;
  }

  /// @param call the running request; asked anew for each item, because keys may change meanwhile
  JsonObject decide(String permission, DecisionsRequest request, Supplier<Call> call) {
    edge.checkedAgain(
        permission,
        () -> {
          several.begin(call.get());
          return true;
        });
    var answers = new ArrayList<Json>();
    boolean broken = false;
    for (int place = 0; place < request.items().size(); place++) {
      var item = request.items().get(place);
      if (broken) {
        answers.add(refused(item, NOT_TRIED));
        continue;
      }
      int own = place;
      try {
        var recorded = edge.checkedAgain(permission, () -> several.one(call.get(), own, item));
        answers.add(answer(item).put("status", 200).put("result", recorded.json()).build());
      } catch (Refusal refusal) {
        answers.add(refused(item, edge.problem(refusal)));
      } catch (RuntimeException failure) {
        if (place == 0) {
          throw failure;
        }
        answers.add(refused(item, edge.problem(failure)));
        broken = true;
      }
    }
    return Json.object().put("decisions", Json.array(answers)).build();
  }

  private JsonObject refused(Item item, Problem problem) {
    return answer(item)
        .put("status", problem.status())
        .put("problem", problem.json(edge.call().traceId()))
        .build();
  }

  private static Json.Builder answer(Item item) {
    return Json.object().put("approval_id", item.approvalId().toString());
  }
}
