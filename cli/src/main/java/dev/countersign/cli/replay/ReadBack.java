package dev.countersign.cli.replay;

import dev.countersign.cli.api.Answer;
import dev.countersign.cli.api.Api;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignedNote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Reads from the server what a replay left there.
final class ReadBack {
  // A tenant has a handful of scopes; more pages than this are a server that never ends.
  private static final int MOST_PAGES = 100;
  private static final int PAGE = 100;

  private final Api api;
  private final String key;

  ReadBack(Api api, String key) {
    this.api = api;
    this.key = key;
  }

  Report report(String log, Mapping mapping, Totals totals, Findings findings, Duration elapsed) {
    return new Report(
        log, mapping.title(), totals, scopes(mapping.action()), findings, entries(), elapsed);
  }

  /// The scope of the action that has seen most; empty before anything was decided.
  Optional<JsonObject> scope(String action) {
    return scopes(action).stream().max(Comparator.comparingLong(TrustSample::judged));
  }

  private List<JsonObject> scopes(String action) {
    var scopes = new ArrayList<JsonObject>();
    var path = Optional.of("/v1/trust/scopes?limit=" + PAGE);
    for (int page = 0; page < MOST_PAGES && path.isPresent(); page++) {
      var answer = api.get(key, path.get()).orFail("reading the trust scopes");
      for (var item : answer.items("scopes")) {
        if (item instanceof JsonObject scope
            && scope.text("action_type").filter(action::equals).isPresent()) {
          scopes.add(scope(scope));
        }
      }
      path =
          answer
              .text("next_cursor")
              .map(cursor -> "/v1/trust/scopes?limit=" + PAGE + "&cursor=" + Api.quoted(cursor));
    }
    return scopes;
  }

  private JsonObject scope(JsonObject listed) {
    var what = "reading a trust scope";
    var id =
        listed
            .text("scope_id")
            .orElseThrow(() -> Answer.notUnderstood(what, "it has no `scope_id`"));
    return api.get(key, "/v1/trust/scopes/" + Api.quoted(id)).orFail(what);
  }

  /// How many entries the newest checkpoint covers.
  private long entries() {
    try {
      return Checkpoint.parse(SignedNote.parse(api.text("/ledger/checkpoint")).text()).size();
    } catch (MalformedLedgerData e) {
      throw Answer.notUnderstood("`/ledger/checkpoint`", String.valueOf(e.getMessage()));
    }
  }
}
