package dev.countersign.policy.log;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.check.CheckRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/// One record of the decision log: an entry `decision.made` of the ledger.
public sealed interface LoggedDecision {
  /// The action of the entry that a decision is.
  String ACTION = "decision.made";

  /// How the ledger names an actor who is a key.
  String KEY = "api_key:";

  /// Deeper than an entry's details may be.
  int DEPTH = 64;

  long logIndex();

  TenantId tenant();

  UUID decisionId();

  Instant time();

  /// The record as `GET /v1/decisions` shows it.
  JsonObject json();

  /// A record whose content is gone; that there was a decision, and when, is still known.
  record Erased(long logIndex, TenantId tenant, UUID decisionId, Instant time)
      implements LoggedDecision {
    @Override
    public JsonObject json() {
      return head(this).put("erased", true).build();
    }
  }

  /// A record with its content.
  ///
  /// @param entry the ledger's entry as JSON
  record Kept(long logIndex, TenantId tenant, UUID decisionId, Instant time, JsonObject entry)
      implements LoggedDecision {

    /// What the entry says of the decision.
    public JsonObject details() {
      return entry.object("details").orElse(JsonObject.EMPTY);
    }

    private JsonObject request() {
      return details().object("request").orElse(JsonObject.EMPTY);
    }

    public String actor() {
      return entry.text("actor").orElse("");
    }

    public Optional<String> keyId() {
      return actor().startsWith(KEY)
          ? Optional.of(actor().substring(KEY.length()))
          : Optional.empty();
    }

    /// The model, if the question was about one.
    public Optional<String> model() {
      return request()
          .object("resource")
          .filter(
              found -> found.text("type").filter(CheckRequest.RESOURCE_TYPE::equals).isPresent())
          .flatMap(found -> found.text("id"));
    }

    public Optional<String> operation() {
      return request().object("action").flatMap(action -> action.text("name"));
    }

    public Optional<String> outcome() {
      return details().text("outcome");
    }

    public boolean allowed() {
      return outcome().filter(DecisionFilter.ALLOWED::contains).isPresent()
          || details().object("approved_by").isPresent();
    }

    /// The policies that decided or were a reason.
    public SortedSet<String> countedPolicies() {
      var policies = new TreeSet<String>();
      reasons().forEach(reason -> reason.text("policy").ifPresent(policies::add));
      texts(details().items("determining_policies")).forEach(policies::add);
      return policies;
    }

    Stream<JsonObject> reasons() {
      return details().items("reasons").stream()
          .filter(JsonObject.class::isInstance)
          .map(JsonObject.class::cast);
    }

    static Stream<String> texts(List<Json> items) {
      return items.stream()
          .filter(Json.JsonString.class::isInstance)
          .map(item -> ((Json.JsonString) item).value());
    }

    @Override
    public JsonObject json() {
      var details = details();
      return head(this)
          .put("erased", false)
          .put("entry_url", "/v1/ledger/entries/" + logIndex)
          .put("actor", actor())
          .put("key_id", keyId().map(Json::of))
          .put("model", model().map(Json::of))
          .put("operation", operation().map(Json::of))
          .put("outcome", details.member("outcome"))
          .put("allowed", allowed())
          .put("risk_score", details.member("risk_score"))
          .put("reason", details.member("reason"))
          .put("reasons", Json.array(details.items("reasons")))
          .put("determining_policies", Json.array(details.items("determining_policies")))
          .put("errored_policies", Json.array(details.items("errored_policies")))
          .put("monitored_policies", Json.array(details.items("monitored_policies")))
          .put("not_listed", details.member("not_listed"))
          .put("policy_version", details.member("policy_version"))
          .put("approved_by", details.object("approved_by"))
          .put("evaluated_at", details.member("evaluated_at"))
          .put("latency_micros", details.member("latency_micros"))
          .put("trace_id", entry.text("trace_id").filter(id -> !id.isEmpty()).map(Json::of))
          .put("caller_trace_id", details.member("trace_id"))
          .put("request", request())
          .build();
    }
  }

  /// The record of an entry.
  ///
  /// @param content the entry's canonical text, empty if it is gone
  static LoggedDecision of(
      long logIndex, TenantId tenant, UUID decisionId, Instant time, Optional<String> content) {
    return content
        .<LoggedDecision>map(text ->
            new Kept(logIndex, tenant, decisionId, time, (JsonObject) JsonReader.read(text, DEPTH)))
        .orElseGet(() -> new Erased(logIndex, tenant, decisionId, time));
  }

  private static Json.Builder head(LoggedDecision decision) {
    return Json.object()
        .put("decision_id", decision.decisionId().toString())
        .put("log_index", decision.logIndex())
        .put("time", decision.time().toString())
        .put("tenant_id", decision.tenant().toString());
  }
}
