package dev.countersign.policy;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;

/// What a tenant registers, as JSON. Each reader gathers its problems in the fields it is given,
/// yields a placeholder for what is wrong, and leaves it to the caller to finish them.
public final class RegistryJson {
  private static final String PLACEHOLDER = "placeholder";

  private RegistryJson() {}

  public static JsonObject write(Model model) {
    return Json.object()
        .put("name", model.name())
        .put("provider", model.provider())
        .put("external", model.external())
        .put("region", model.region().map(Json::of))
        .put("data_classes", Json.strings(model.dataClasses()))
        .build();
  }

  /// @param name if it stands elsewhere, such as in a path; else it is read too
  public static Model model(Fields fields, Optional<String> name) {
    var model =
        new Model(
            name.orElseGet(() -> word(fields, "name", Model.LONGEST_NAME)),
            word(fields, "provider", Model.LONGEST_WORD),
            fields.truth("external"),
            fields.optionalString("region", 1, Model.LONGEST_WORD),
            new TreeSet<>(
                fields.strings("data_classes", Model.MOST_DATA_CLASSES, Model.LONGEST_WORD)));
    fields.closed();
    return model;
  }

  public static JsonObject write(Declaration declaration) {
    var json = Json.object().put("key", declaration.key()).put("type", declaration.type().word());
    if (declaration.type() == Declaration.Type.STRING) {
      json.put("max_length", declaration.longest());
    }
    return json.build();
  }

  /// @param key if it stands elsewhere, such as in a path; else it is read too
  public static Declaration declaration(Fields fields, Optional<String> key) {
    var name = key.orElseGet(() -> word(fields, "key", Declaration.LONGEST_KEY));
    if (!Declaration.isKey(name)) {
      fields.problem(
          key.isPresent() ? "" : "key",
          "wrong_value",
          "must be a lower-case letter and then a-z, 0-9 and _, at most "
              + Declaration.LONGEST_KEY
              + " characters");
    }
    var words =
        Arrays.stream(Declaration.Type.values()).map(Declaration.Type::word).toArray(String[]::new);
    var type = Declaration.Type.of(fields.word("type", words)).orElseThrow();
    var longest = fields.optionalInteger("max_length", 1, Declaration.LONGEST_STRING);
    if (longest.isPresent() && type != Declaration.Type.STRING) {
      fields.problem("max_length", "wrong_value", "belongs to the type `string` only");
    }
    fields.closed();
    return new Declaration(
        Declaration.isKey(name) ? name : PLACEHOLDER,
        type,
        type == Declaration.Type.STRING
            ? longest.orElse((long) Declaration.LONGEST_STRING).intValue()
            : 1);
  }

  public static JsonObject write(TenantValues values) {
    return Json.object()
        .put("max_risk_score", values.maxRiskScore().<Json>map(Json::of).orElse(Json.NULL))
        .put("row_count_limit", values.rowCountLimit())
        .put("token_limit", values.tokenLimit())
        .build();
  }

  /// What is left out has its default: the set's threshold, and the limits of a new tenant.
  public static TenantValues values(Fields fields) {
    var values =
        new TenantValues(
            fields
                .optionalInteger("max_risk_score", PolicySet.LOWEST_THRESHOLD, Effect.Score.HIGHEST)
                .map(Long::intValue),
            fields
                .optionalInteger("row_count_limit", 0, JsonNumber.LARGEST_INTEGER)
                .orElse(TenantValues.DEFAULT_ROW_COUNT_LIMIT),
            fields
                .optionalInteger("token_limit", 0, JsonNumber.LARGEST_INTEGER)
                .orElse(TenantValues.DEFAULT_TOKEN_LIMIT));
    fields.closed();
    return values;
  }

  public static JsonObject write(PolicyOverride override) {
    return Json.object()
        .put("key", override.key().value())
        .put("enabled", override.enabled().map(Json::of))
        .put("points", override.points().map(points -> Json.of((long) points)))
        .build();
  }

  public static PolicyOverride override(Fields fields) {
    var key = fields.string("key", 1, PolicyKey.LONGEST);
    boolean valid = PolicyKey.valid(key);
    if (!key.isEmpty() && !valid) {
      fields.problem("key", "wrong_value", "must match `" + PolicyKey.SHAPE.pattern() + "`");
    }
    var enabled = fields.optionalTruth("enabled");
    var points = fields.optionalInteger("points", 0, Effect.Score.HIGHEST).map(Long::intValue);
    if (enabled.isEmpty() && points.isEmpty()) {
      fields.problem("", "missing", "must set `enabled` or `points`");
    }
    fields.closed();
    return new PolicyOverride(new PolicyKey(valid ? key : PLACEHOLDER), enabled, points);
  }

  private static String word(Fields fields, String name, int longest) {
    var word = fields.string(name, 1, longest);
    return word.isEmpty() ? PLACEHOLDER : word;
  }
}
