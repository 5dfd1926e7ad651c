package dev.countersign.server;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.AddCheckpoint;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.SignedNote;
import dev.countersign.server.contract.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What is read from the log, what is cosigned for others, and every route for those who may not.
final class LogChapter extends StoryChapter {

  LogChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    logs();
    witness();
    permissions();
  }

  private void logs() {
    var auditor = Roles.AUDITOR;
    var found = get(auditor, "entries", "/v1/ledger/entries?limit=1").json();
    long index =
        ((JsonObject) found.items("entries").getFirst())
            .number("log_index")
            .orElseThrow()
            .longValue();
    get(auditor, "an entry", "/v1/ledger/entries/" + index);
    get(auditor, "a receipt", "/v1/ledger/entries/" + index + "/proof");
    get(auditor, "orphans", "/v1/ledger/orphans");
    get(auditor, "an export", "/v1/ledger/export");
    get(auditor, "the retention", "/v1/ledger/retention");
    put(
        Roles.TENANT_ADMIN,
        "a retention",
        200,
        "/v1/ledger/retention",
        "{\"days\":{\"decision.made\":60}}");
    erasure();
    open("the checkpoint", "/ledger/checkpoint");
    open("the keys", "/ledger/keys");
    open("a tile", "/ledger/tile/0/000.p/1");
  }

  /// An entry is held, and erased when it is held no more.
  private void erasure() {
    var admin = Roles.TENANT_ADMIN;
    var found = http().get(as(Roles.AUDITOR), "/v1/ledger/entries?action=case.opened&limit=1");
    long index =
        ((JsonObject) found.json().items("entries").getFirst())
            .number("log_index")
            .orElseThrow()
            .longValue();
    var holds = "/v1/ledger/holds";
    var range = "{\"entries\":{\"first\":%d,\"last\":%d},\"reason\":\"r\"}".formatted(index, index);
    var hold = post(admin, "a hold", 201, holds, range);
    get(admin, "holds", holds);
    var content = "/v1/ledger/entries/" + index + "/content";
    var reason = Optional.of("{\"reason\":\"r\"}");
    var eraser = as(Roles.DATA_PROTECTION);
    step("of an entry that is held", 409, eraser, "DELETE", content, reason);
    var lift = holds + "/" + hold.text("hold_id");
    step("a hold", 200, as(admin), "DELETE", lift, reason);
    step("of an entry", 200, eraser, "DELETE", content, reason);
    step(StoryRequests.REPEATED + ", of the same entry", 200, eraser, "DELETE", content, reason);
  }

  /// What is cosigned for other logs is no tenant's and has no entry.
  private void witness() {
    var key = TestServer.storyKey();
    var origin = key.verifier().name();
    var head = CompactRange.EMPTY.append(Digest.sha256(new byte[] {1}));
    var note = SignedNote.sign(Checkpoint.of(origin, head).text(), List.of(key));
    var asked = Optional.of(new AddCheckpoint(0, List.of(), note).toString());
    step("a checkpoint", 200, "", "POST", "/witness/add-checkpoint", asked);
    open("a witness' keys", "/witness/keys");
    var hash = Digest.sha256(origin.getBytes(StandardCharsets.UTF_8)).hex();
    open("what was cosigned", "/witness/" + hash + "/checkpoint");
  }

  /// Every route with a key that may not, and without any.
  private void permissions() {
    for (var route : Route.all()) {
      if (route.open()) {
        continue;
      }
      var path = route.path().replaceAll("\\{[a-z_]+}", "1");
      var method = route.method().toUpperCase(Locale.ROOT);
      var body = method.equals("GET") ? Optional.<String>empty() : Optional.of("{}");
      var who = without(route.permission());
      if (who.isPresent()) {
        step("without the permission", 403, who.get(), method, path, body);
      }
      // From an address of its own: this is about what failures leave behind, not how many may be.
      step("without a key", 401, "", method, path, body, "X-Forwarded-For", "198.51.100.201");
    }
  }

  private Optional<String> without(String permission) {
    return tenant().keys().entrySet().stream()
        .filter(each -> Roles.all().containsKey(each.getKey()))
        .filter(each -> !Roles.of(each.getKey()).contains(permission))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
