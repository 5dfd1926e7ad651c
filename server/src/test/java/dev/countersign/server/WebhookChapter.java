package dev.countersign.server;

import dev.countersign.identity.Roles;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.testkit.Await;
import java.util.Optional;

/// What the log says is sent to a receiver that is not there, and followed live.
final class WebhookChapter extends StoryChapter {
  private static final String WEBHOOKS = "/v1/webhooks";

  WebhookChapter(StoryRequests requests) {
    super(requests);
  }

  @Override
  void tell() {
    var admin = Roles.TENANT_ADMIN;
    open("the key of webhooks", "/.well-known/http-message-signatures-directory");
    post(admin, "to this machine", 400, WEBHOOKS, "{\"url\":\"https://127.0.0.2/hook\"}");
    // Nobody listens there, and nobody may without being root.
    var body = "{\"url\":\"http://127.0.0.1:9/hook\",\"from_index\":0}";
    var made = post(admin, "a webhook", 201, WEBHOOKS, body);
    var webhook = WEBHOOKS + "/" + made.text("webhook_id");
    get(admin, "webhooks", WEBHOOKS);
    get(admin, "a webhook", webhook);
    get(admin, "deliveries", webhook + "/deliveries?limit=5");
    var redrive = webhook + "/deliveries/" + failed(webhook) + "/redrive";
    post(admin, "a delivery that failed", 200, redrive, "");
    post(admin, "an unknown delivery", 404, unknown(webhook), "");
    post(admin, "a webhook", 200, webhook + "/test", "");
    var change = Optional.of("{\"state\":\"paused\"}");
    step("a webhook", 200, as(admin), "PATCH", webhook, change);
    step("nothing", 400, as(admin), "PATCH", webhook, Optional.of("{}"));
    delete(admin, "a webhook", 200, webhook);
    delete(admin, "a removed webhook", 404, webhook);
    events();
  }

  /// Of all that was recorded before, one that was tried in vain.
  private String failed(String webhook) {
    var path = webhook + "/deliveries?state=failed&limit=1";
    Await.until(
        "a failed delivery",
        PATIENCE,
        () -> !http().get(as(Roles.AUDITOR), path).json().items("deliveries").isEmpty());
    var found = http().get(as(Roles.AUDITOR), path).json().items("deliveries").getFirst();
    return ((JsonObject) found).text("delivery_id").orElseThrow();
  }

  private static String unknown(String webhook) {
    return webhook + "/deliveries/00000000-0000-7000-8000-000000000000/redrive";
  }

  private void events() {
    var auditor = as(Roles.AUDITOR);
    var path = "/v1/events?limit=1";
    var none = Optional.<String>empty();
    step("the first event", 200, auditor, "GET", path, none, "Last-Event-ID", "0");
    step("beyond the end", 400, auditor, "GET", path, none, "Last-Event-ID", "9007199254740991");
  }
}
