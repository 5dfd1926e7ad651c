package dev.countersign.policy.check;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.TenantFacts;
import java.util.List;
import java.util.Optional;

/// The question which subjects, resources or actions would be permitted, as AuthZEN's Search APIs
/// ask it: an evaluation with a gap.
///
/// @param sample the evaluation with a placeholder in the gap
/// @param limit how many results the page shows at most
/// @param after the id or the name behind which the page begins
public record SearchRequest(Gap gap, EvaluationRequest sample, int limit, String after) {

  /// The most that one page shows, and what it shows if the caller does not say.
  public static final int LARGEST_PAGE = 100;

  private static final String PLACEHOLDER = "-";

  /// What is searched for.
  public enum Gap {
    SUBJECT("subject"),
    RESOURCE("resource"),
    ACTION("action");

    private final String word;

    Gap(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// Reads a body; throws [Refusal.Invalid] with all its problems. An id in the gap is ignored, and
  /// so are properties there: those that are stored count.
  public static SearchRequest read(
      Gap gap, Json body, TenantFacts facts, Optional<String> requestId) {
    var fields = Fields.of(filled(gap, body));
    var sample = EvaluationRequest.read(fields, facts, requestId);
    var page = fields.optionalNested("page");
    var limit =
        page.flatMap(each -> each.optionalInteger("limit", 0, JsonNumber.LARGEST_INTEGER))
            .map(asked -> (int) Math.min(asked, LARGEST_PAGE));
    var token =
        page.flatMap(each -> each.optionalString("token", 0, PageToken.LONGEST))
            .filter(text -> !text.isEmpty());
    fields.doneIgnoringOthers();
    if (token.isEmpty()) {
      return new SearchRequest(gap, sample, limit.orElse(LARGEST_PAGE), "");
    }
    var known = PageToken.read(token.get(), question(gap, sample));
    // Left out it is what it was; the standard's own example does not repeat it.
    if (limit.isPresent() && limit.get() != known.limit()) {
      throw new Refusal.Invalid(
          "/page/limit", "wrong_value", "must be what it was when the search began");
    }
    return new SearchRequest(gap, sample, known.limit(), known.after());
  }

  private static Json filled(Gap gap, Json body) {
    if (!(body instanceof JsonObject object)) {
      return body;
    }
    return switch (gap) {
      case ACTION -> object.with("action", Json.object().put("name", PLACEHOLDER).build());
      case SUBJECT, RESOURCE ->
          object
              .object(gap.word())
              .map(asked ->
                  object.with(
                      gap.word(),
                      Json.object()
                          .put("type", asked.member("type"))
                          .put("id", PLACEHOLDER)
                          .build()))
              .orElse(object);
    };
  }

  /// The type of what is searched for; of actions there is none.
  public String type() {
    return switch (gap) {
      case SUBJECT -> sample.subject().type();
      case RESOURCE -> sample.resource().type();
      case ACTION -> "";
    };
  }

  /// The entities that are the same for every candidate.
  public List<EntityKey> fixed() {
    return switch (gap) {
      case SUBJECT -> List.of(sample.resource().key());
      case RESOURCE -> List.of(sample.subject().key());
      case ACTION -> sample.entities();
    };
  }

  /// The evaluation with `id` in the gap.
  public EvaluationRequest candidate(String id) {
    return switch (gap) {
      case SUBJECT -> sample.with(new Entity(type(), id), sample.action(), sample.resource());
      case RESOURCE -> sample.with(sample.subject(), sample.action(), new Entity(type(), id));
      case ACTION -> sample.with(sample.subject(), new Action(id), sample.resource());
    };
  }

  /// A candidate that would be permitted, as AuthZEN shows it.
  public JsonObject result(String id) {
    return switch (gap) {
      case SUBJECT, RESOURCE -> Json.object().put("type", type()).put("id", id).build();
      case ACTION -> Json.object().put("name", id).build();
    };
  }

  /// The token of the page that begins behind `last`.
  public String tokenBehind(String last) {
    return new PageToken(limit, last).text(question());
  }

  /// What is asked, without what stands in the gap.
  public JsonObject question() {
    return question(gap, sample);
  }

  private static JsonObject question(Gap gap, EvaluationRequest sample) {
    var question =
        Json.object()
            .put("search", gap.word())
            .put("subject", shown(sample.subject(), gap == Gap.SUBJECT));
    if (gap != Gap.ACTION) {
      question.put("action", sample.action().json());
    }
    return question
        .put("resource", shown(sample.resource(), gap == Gap.RESOURCE))
        .put("context", sample.context())
        .build();
  }

  private static JsonObject shown(Entity entity, boolean searched) {
    return searched ? Json.object().put("type", entity.type()).build() : entity.json();
  }
}
