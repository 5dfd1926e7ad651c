package dev.countersign.server;

import dev.countersign.identity.Roles;
import java.time.Duration;
import java.time.Instant;

/// Who decides for whom, and what was agreed to beforehand.
final class ApprovalChapter extends StoryChapter {

  ApprovalChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    delegations();
    grants();
  }

  private void grants() {
    var path = "/v1/grants";
    var until = Instant.now().plus(Duration.ofDays(1));
    var body =
        "{\"template\":{\"workflow\":\"claim\",\"transition\":\"pay\",\"payload\":{\"cents\":7}},\"expires_at\":\"%s\"}"
            .formatted(until);
    var made = post(Roles.REVIEWER, "what is agreed to beforehand", 201, path, body);
    post(
        Roles.REVIEWER,
        "what has expired",
        409,
        path,
        body.replace(until.toString(), "2020-01-01T00:00:00Z"));
    var revocation = path + "/" + made.text("grant_id") + "/revocation";
    post(Roles.REVIEWER, "it", 200, revocation, "");
    post(Roles.REVIEWER, "what ended", 409, revocation, "");
    post(Roles.REVIEWER, "another grant", 201, path, body);
    var opened = post(Roles.AGENT, "a case for it", 201, "/v1/cases", "{\"workflow\":\"claim\"}");
    var proposal =
        "{\"case_id\":\"%s\",\"case_version\":1,\"action\":{\"type\":\"pay\",\"payload\":{\"cents\":7}}}"
            .formatted(opened.text("case_id"));
    post(Roles.AGENT, "what was agreed to beforehand", 201, "/v1/proposals", proposal);
    get(Roles.REVIEWER, "grants", path);
  }

  private void delegations() {
    var path = "/v1/delegations";
    var until = Instant.now().plus(Duration.ofDays(1));
    var body =
        "{\"delegate\":\"%s\",\"until\":\"%s\"}"
            .formatted(tenant().actor(GovernedTenants.SECOND_REVIEWER), until);
    var made = post(Roles.REVIEWER, "who decides for one", 201, path, body);
    post(Roles.REVIEWER, "the same again", 409, path, body);
    get(Roles.REVIEWER, "who decides for whom", path);
    var revocation = path + "/" + made.text("delegation_id") + "/revocation";
    post(GovernedTenants.SECOND_REVIEWER, "by the delegate", 200, revocation, "");
    post(Roles.REVIEWER, "what ended", 409, revocation, "");
  }
}
