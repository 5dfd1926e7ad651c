package dev.countersign.policy.cel;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.StoredEntities;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Checked;
import dev.countersign.policy.check.EvaluationRequest;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GuaranteedKeysTest {

  private static final TenantPolicies POLICIES =
      new TenantPolicies(
          TenantPolicies.NO_VERSION,
          0,
          PolicySet.EMPTY,
          PolicyDecisionPoint.of(PolicySet.EMPTY, new CelConditions()),
          TenantFacts.NONE);
  private static final Principal CALLER = Principal.system(new TenantId(new UUID(0, 1)), "test");

  @Test
  void theSmallestCheckHasThemAll() {
    var body = JsonReader.readObject("{\"model\":\"m\",\"operation\":\"o\",\"metadata\":{}}");
    var checked = CheckRequest.read(body, TenantFacts.NONE).decide(CALLER, POLICIES);
    assertHasThemAll(checked, "model");
  }

  @Test
  void theSmallestEvaluationHasThemAll() {
    var body =
        JsonReader.readObject(
            """
            {"subject":{"type":"s","id":"1"},"action":{"name":"a"},"resource":{"type":"r","id":"1"}}
            """);
    var checked =
        EvaluationRequest.read(body, TenantFacts.NONE, Optional.empty())
            .decide(CALLER, POLICIES, StoredEntities.NONE);
    assertHasThemAll(checked, "r");
  }

  private static void assertHasThemAll(Checked checked, String type) {
    for (var path : GuaranteedKeys.of(Conditioned.policy("true", type).appliesTo())) {
      Json at = checked.request().json();
      for (var name : path.names()) {
        at =
            ((JsonObject) at)
                .member(name)
                .orElseThrow(() -> new AssertionError("there is no `" + path + "`"));
      }
    }
  }
}
