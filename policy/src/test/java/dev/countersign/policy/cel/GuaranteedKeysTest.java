package dev.countersign.policy.cel;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.CheckRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GuaranteedKeysTest {

  @Test
  void theSmallestCheckHasThemAll() {
    var policies =
        new TenantPolicies(
            TenantPolicies.NO_VERSION,
            0,
            PolicySet.EMPTY,
            PolicyDecisionPoint.of(PolicySet.EMPTY, new CelConditions()),
            TenantFacts.NONE);
    var body = JsonReader.readObject("{\"model\":\"m\",\"operation\":\"o\",\"metadata\":{}}");
    var request =
        CheckRequest.read(body, TenantFacts.NONE)
            .decide(Principal.system(new TenantId(new UUID(0, 1)), "test"), policies)
            .request()
            .json();
    for (var path : GuaranteedKeys.of(Conditioned.policy("true", "model").appliesTo())) {
      Json at = request;
      for (var name : path.names()) {
        at =
            ((JsonObject) at)
                .member(name)
                .orElseThrow(() -> new AssertionError("there is no `" + path + "`"));
      }
    }
  }
}
