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
