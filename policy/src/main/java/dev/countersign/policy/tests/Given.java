package dev.countersign.policy.tests;

import dev.countersign.kernel.Fields;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Model;
import dev.countersign.policy.RegistryJson;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantValues;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Metadata;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads what tests take as registered.
final class Given {
  /// A test names what it speaks of; a whole registry has no place beside a set.
  private static final int MOST = 200;

  private Given() {}

  static TenantFacts read(Fields fields) {
    var models = new TreeMap<String, Model>();
    for (var each : fields.nestedList("models", MOST)) {
      var model = RegistryJson.model(each, Optional.empty());
      models.put(model.name(), model);
    }
    var operations =
        new TreeSet<>(fields.strings("operations", MOST, CheckRequest.LONGEST_OPERATION));
    var declarations = new TreeMap<String, Declaration>();
    for (var each : fields.nestedList("declarations", MOST)) {
      var declaration = RegistryJson.declaration(each, Optional.empty());
      if (!Metadata.declarable(declaration.key())) {
        each.problem("key", "wrong_value", "is known already, or would carry content");
      }
      declarations.put(declaration.key(), declaration);
    }
    var values =
        fields.optionalNested("values").map(RegistryJson::values).orElse(TenantValues.DEFAULT);
    fields.closed();
    return new TenantFacts(models, operations, declarations, values);
  }
}
