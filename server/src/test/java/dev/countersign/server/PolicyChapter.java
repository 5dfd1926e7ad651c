package dev.countersign.server;

import dev.countersign.identity.Roles;
import dev.countersign.testkit.Await;
import java.util.Optional;

/// Policies come into force: drafts, versions, simulation, values, overrides and switches, and what
/// waits for a second person.
final class PolicyChapter extends StoryChapter {

  PolicyChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    policies();
    changes();
  }

  /// @param effect of exports; everything else is permitted
  private static String set(String effect) {
    return """
    {"policies": [
      {"key": "all", "description": "", "message": "permitted", "effect": "permit",
       "condition": "true"},
      {"key": "exports", "description": "", "message": "an export", "effect": "%s",
       "condition": "true", "applies_to": {"operations": ["export"]}}]}
    """
        .formatted(effect);
  }

  private String drafted(String scene, String set) {
    var answer = post(Roles.POLICY_AUTHOR, scene, 201, SETS, set);
    return SETS + "/" + answer.number("version");
  }

  private void policies() {
    var author = Roles.POLICY_AUTHOR;
    var second = GovernedTenants.SECOND_AUTHOR;
    var wrong =
        drafted(
            "a faulty set",
            "{\"policies\":[{\"key\":\"k\",\"message\":\"m\",\"effect\":\"forbid\",\"condition\":\"x =\"}]}");
    on(author, "a faulty version", 200, wrong, "validate");
    on(author, "a draft", 409, wrong, "activate");
    delete(author, "a draft", 200, wrong);
    delete(author, "a discarded draft", 409, wrong);
    var version = drafted("a set", set("require_approval"));
    on(author, "a version", 200, version, "validate");
    get(author, "versions", SETS);
    get(author, "a version", version);
    simulation(version);
    on(author, "a wider version", 202, version, "activate");
    on(author, "what waits already", 409, version, "activate");
    delete(author, "what is no draft", 409, version);
    on(author, "the own request", 403, version, "confirm");
    on(second, "another's request", 200, version, "reject");
    on(second, "what nobody requested", 409, version, "reject");
    on(author, "it again", 202, version, "activate");
    on(author, "the own request", 200, version, "reject");
    on(author, "it once more", 202, version, "activate");
    on(second, "another's request", 200, version, "confirm");
    on(second, "what waits no more", 409, version, "confirm");
    var same = drafted("the same set", set("require_approval"));
    on(author, "the same version", 200, same, "validate");
    on(author, "a version that is not wider", 200, same, "activate");
  }

  private void simulation(String version) {
    var author = Roles.POLICY_AUTHOR;
    var started =
        stepThen(
            () -> Await.until("it ends", PATIENCE, this::simulated),
            "a version",
            202,
            as(author),
            "POST",
            version + "/simulate",
            Optional.of("{}"));
    post(author, "an unknown version", 404, SETS + "/999/simulate", "{}");
    get(author, "simulations", version + "/simulations");
    var one = version + "/simulations/" + started.text("simulation_id");
    get(author, "a simulation", one);
    get(author, "flips", one + "/flips");
  }

  /// Whether the entry has its index; the row says sooner that it is done.
  private boolean simulated() {
    var ended = "/v1/ledger/entries?action=policy.simulated";
    return !http().get(as(Roles.AUDITOR), ended).json().items("entries").isEmpty();
  }

  private void changes() {
    var author = Roles.POLICY_AUTHOR;
    var second = GovernedTenants.SECOND_AUTHOR;
    var values = "/v1/policy-values";
    put(author, "stricter values", 200, values, "{\"max_risk_score\":40}");
    var wider = put(author, "wider values", 202, values, "{\"max_risk_score\":90}");
    get(author, "values", values);
    get(author, "changes", "/v1/policy-changes");
    on(author, "the own request", 403, change(wider), "confirm");
    on(second, "wider values", 200, change(wider), "confirm");
    on(second, "what is decided", 409, change(wider), "reject");
    var widest = put(author, "values that are wider still", 202, values, "{\"max_risk_score\":95}");
    on(second, "wider values", 200, change(widest), "reject");
    var once = put(author, "those values again", 202, values, "{\"max_risk_score\":95}");
    on(author, "own values", 200, change(once), "reject");
    var overrides = "/v1/policy-overrides";
    put(
        author,
        "a stricter override",
        200,
        overrides,
        "{\"overrides\":[{\"key\":\"all\",\"enabled\":false}]}");
    put(
        author,
        "an override of nothing",
        409,
        overrides,
        "{\"overrides\":[{\"key\":\"nothing\",\"enabled\":false}]}");
    get(author, "overrides", overrides);
    var none = put(author, "no override, which is wider", 202, overrides, "{\"overrides\":[]}");
    on(second, "wider overrides", 200, change(none), "reject");
    var own = put(author, "no override, once more", 202, overrides, "{\"overrides\":[]}");
    on(author, "own overrides", 200, change(own), "reject");
    var again = put(author, "no override, again", 202, overrides, "{\"overrides\":[]}");
    on(second, "wider overrides", 200, change(again), "confirm");
    var path = "/api/admin/policies/exports";
    var off = step("off, which is wider", 202, as(author), "PATCH", path, body(false));
    on(author, "the own switch", 200, change(off), "reject");
    var anew = step("off, asked again", 202, as(author), "PATCH", path, body(false));
    on(second, "another's switch", 200, change(anew), "reject");
    step("on, as it is", 200, as(author), "PATCH", path, body(true));
    var forbid = "/api/admin/policies/all";
    step("a permit off, which is stricter", 200, as(author), "PATCH", forbid, body(false));
    var on = step("a permit on, which is wider", 202, as(author), "PATCH", forbid, body(true));
    on(second, "a switch", 200, change(on), "confirm");
    get(author, "policies", "/api/admin/policies");
  }
}
