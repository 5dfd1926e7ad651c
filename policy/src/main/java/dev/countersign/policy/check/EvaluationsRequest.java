package dev.countersign.policy.check;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Several questions in one call, as AuthZEN's Access Evaluations API asks them.
///
/// @param single whether the call is an ordinary evaluation in disguise: it names no `evaluations`
/// @param questions each with the defaults it leaves out; whether each can be read is found out one
///   by one, because one that cannot does not spoil the others
public record EvaluationsRequest(boolean single, Semantic semantic, List<Json> questions) {

  /// Each is a decision of its own with a record of its own.
  public static final int MOST = 100;

  /// Of all questions with their defaults, in canonical form: a default counts as often as it is
  /// used, and so often it is recorded.
  public static final int LARGEST = 512 * 1024;

  private static final List<String> DEFAULTED = List.of("subject", "action", "resource", "context");

  /// When to stop asking.
  public enum Semantic {
    EXECUTE_ALL("execute_all"),
    DENY_ON_FIRST_DENY("deny_on_first_deny"),
    PERMIT_ON_FIRST_PERMIT("permit_on_first_permit");

    private final String word;

    Semantic(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /// Whether nothing behind this decision is asked any more.
    public boolean endsWith(boolean decision) {
      return switch (this) {
        case EXECUTE_ALL -> false;
        case DENY_ON_FIRST_DENY -> !decision;
        case PERMIT_ON_FIRST_PERMIT -> decision;
      };
    }

    private static Semantic of(String word) {
      return Arrays.stream(values())
          .filter(semantic -> semantic.word.equals(word))
          .findFirst()
          .orElseThrow();
    }
  }

  public EvaluationsRequest {
    questions = List.copyOf(questions);
  }

  /// Reads a body; throws [Refusal.Invalid] for what is wrong with the call as a whole.
  public static EvaluationsRequest read(Json body) {
    var fields = Fields.of(body);
    var words = Arrays.stream(Semantic.values()).map(Semantic::word).toArray(String[]::new);
    var semantic =
        fields
            .optionalNested("options")
            .flatMap(options -> options.optionalWord("evaluations_semantic", words))
            .map(Semantic::of)
            .orElse(Semantic.EXECUTE_ALL);
    var items = items(fields);
    fields.doneIgnoringOthers();
    if (items.isEmpty()) {
      return new EvaluationsRequest(true, semantic, List.of(body));
    }
    var questions = new ArrayList<Json>();
    long size = 0;
    for (var item : items) {
      var question = withDefaults(item, (JsonObject) body);
      size += CanonicalJson.text(question).getBytes(StandardCharsets.UTF_8).length;
      questions.add(question);
    }
    if (size > LARGEST) {
      throw new Refusal.Invalid(
          "/evaluations",
          "too_large",
          "must come to at most " + LARGEST + " bytes with the defaults that each one uses");
    }
    return new EvaluationsRequest(false, semantic, questions);
  }

  private static List<Json> items(Fields fields) {
    return switch (fields.any("evaluations").orElse(Json.NULL)) {
      case JsonArray(var items) when items.size() > MOST -> {
        fields.problem("evaluations", "too_many", "must have at most " + MOST + " items");
        yield List.of();
      }
      case JsonArray(var items) -> items;
      case JsonNull() -> List.of();
      default -> {
        fields.problem("evaluations", "wrong_type", "must be an array of objects");
        yield List.of();
      }
    };
  }

  /// A member of the item stands for the whole default: the two are not mixed.
  private static Json withDefaults(Json item, JsonObject defaults) {
    if (!(item instanceof JsonObject own)) {
      return item;
    }
    var question = Json.object();
    for (var name : DEFAULTED) {
      question.put(
          name,
          own.member(name)
              .filter(value -> !(value instanceof JsonNull))
              .or(() -> defaults.member(name)));
    }
    return question.build();
  }
}
