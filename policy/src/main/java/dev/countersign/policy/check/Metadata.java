package dev.countersign.policy.check;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Declaration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a caller may say about a call: the keys that everyone has, and those a tenant declares.
public final class Metadata {

  /// An intent is a short label such as `fraud_screening`; more would be content.
  private static final int LONGEST_WORD = 100;

  /// Whether the caller declares the model external.
  public static final String IS_EXTERNAL_MODEL = "is_external_model";

  private static final SortedMap<String, Declaration> KNOWN =
      byKey(
          List.of(
              new Declaration("intent", Declaration.Type.STRING, LONGEST_WORD),
              new Declaration("contains_personal_data", Declaration.Type.BOOLEAN, 1),
              new Declaration(IS_EXTERNAL_MODEL, Declaration.Type.BOOLEAN, 1),
              new Declaration("data_classification", Declaration.Type.STRING, LONGEST_WORD),
              new Declaration("region", Declaration.Type.STRING, LONGEST_WORD),
              new Declaration("tokens", Declaration.Type.INTEGER, 1),
              new Declaration("row_count", Declaration.Type.INTEGER, 1)));

  private Metadata() {}

  /// The keys that everyone has, in their order.
  public static SortedMap<String, Declaration> known() {
    return KNOWN;
  }

  /// Whether a tenant may declare this key: it is neither known already nor forbidden.
  public static boolean declarable(String key) {
    return !KNOWN.containsKey(key) && !ContentScan.forbids(key);
  }

  /// Checks each member against its declaration and puts the problems into `fields`, which MUST be
  /// those of `metadata`. A member that is null says nothing and is left out of what is returned.
  static JsonObject read(
      Fields fields, JsonObject metadata, SortedMap<String, Declaration> declarations) {
    var said = Json.object();
    metadata
        .members()
        .forEach((key, value) -> {
          // What everyone has comes first: a tenant's declaration cannot redefine it.
          var declaration = KNOWN.getOrDefault(key, declarations.get(key));
          if (declaration == null) {
            undeclared(fields, key);
          } else {
            check(fields, declaration);
            if (!(value instanceof JsonNull)) {
              said.put(key, value);
            }
          }
        });
    return said.build();
  }

  // A forbidden key has its violation already, by the scan.
  private static void undeclared(Fields fields, String key) {
    fields.any(key);
    if (!ContentScan.forbids(key)) {
      fields.problem(key, "undeclared_key", "is not a metadata key that this tenant declared");
    }
  }

  private static void check(Fields fields, Declaration declaration) {
    var key = declaration.key();
    switch (declaration.type()) {
      case STRING -> fields.optionalString(key, 0, declaration.longest());
      case BOOLEAN -> fields.optionalTruth(key);
      case INTEGER -> fields.optionalInteger(key, 0, JsonNumber.LARGEST_INTEGER);
      case NUMBER -> fields.optionalNumber(key, -Double.MAX_VALUE, Double.MAX_VALUE);
    }
  }

  private static SortedMap<String, Declaration> byKey(List<Declaration> declarations) {
    var byKey = new TreeMap<String, Declaration>();
    declarations.forEach(declaration -> byKey.put(declaration.key(), declaration));
    return Collections.unmodifiableSortedMap(byKey);
  }
}
