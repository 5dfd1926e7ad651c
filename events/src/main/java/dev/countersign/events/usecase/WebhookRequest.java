package dev.countersign.events.usecase;

import dev.countersign.events.ActionFilter;
import dev.countersign.events.Webhook;
import dev.countersign.events.WebhookState;
import dev.countersign.events.WebhookUrl;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// What a person wants a webhook to be; empty is what he does not say.
///
/// @param fromIndex for a new one: the first entry that is told; without it, what is recorded from
///   now on
public record WebhookRequest(
    Optional<WebhookUrl> url,
    Optional<ActionFilter> actions,
    Optional<String> description,
    Optional<WebhookState> state,
    Optional<Long> fromIndex) {

  private static final String URL = "url";
  private static final String ACTIONS = "actions";

  /// Reads `{url, actions?, description?, state?, from_index?}`; throws `Refusal.Invalid` with
  /// every problem.
  public static WebhookRequest parseNew(Json body) {
    var fields = Fields.of(body);
    var given = fields.string(URL, 1, WebhookUrl.LONGEST);
    var url = url(fields, Optional.of(given).filter(text -> !text.isEmpty()));
    var from = fields.optionalInteger("from_index", 0, JsonNumber.LARGEST_INTEGER);
    var request = rest(fields, body, url, from);
    fields.done();
    return request;
  }

  /// Reads `{url?, actions?, description?, state?}`, of which one is given at least.
  public static WebhookRequest parseChange(Json body) {
    var fields = Fields.of(body);
    var url = url(fields, fields.optionalString(URL, 1, WebhookUrl.LONGEST));
    var request = rest(fields, body, url, Optional.empty());
    if (body instanceof JsonObject object
        && object.members().values().stream().allMatch(Json.NULL::equals)) {
      fields.problem("", "wrong_value", "needs something that is to change");
    }
    fields.done();
    return request;
  }

  private static Optional<WebhookUrl> url(Fields fields, Optional<String> text) {
    var wrong = text.flatMap(WebhookUrl::wrong);
    wrong.ifPresent(rule -> fields.problem(URL, "wrong_value", rule));
    return wrong.isPresent() ? Optional.empty() : text.map(WebhookUrl::new);
  }

  private static WebhookRequest rest(
      Fields fields, Json body, Optional<WebhookUrl> url, Optional<Long> from) {
    var actions = ActionFilter.read(fields, ACTIONS);
    boolean given =
        body instanceof JsonObject object
            && object.member(ACTIONS).filter(value -> !value.equals(Json.NULL)).isPresent();
    var description = fields.optionalString("description", 0, Webhook.LONGEST_DESCRIPTION);
    var state = fields.optionalWord("state", "active", "paused").map(WebhookState::of);
    return new WebhookRequest(
        url, given ? Optional.of(actions) : Optional.empty(), description, state, from);
  }
}
