package dev.countersign.policy.cel;

import dev.countersign.policy.AppliesTo;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The keys that a policy may read without `has()`, because every request it applies to has them.
///
/// Of a request that lacks one after all the condition fails, which never helps the caller.
final class GuaranteedKeys {
  private static final String MODEL = "model";

  /// The types of which questions other than evaluations are asked: checks and proposals.
  private static final List<String> OF_OTHERS = List.of(MODEL, "case");

  private static final List<Path> ALWAYS =
      List.of(
          Path.of("subject", "type"),
          Path.of("subject", "id"),
          Path.of("subject", "properties"),
          Path.of("action", "name"),
          Path.of("action", "properties"),
          Path.of("resource", "type"),
          Path.of("resource", "id"),
          Path.of("resource", "properties"),
          Path.of("context", "tenant", "max_risk_score"),
          Path.of("context", "tenant", "row_count_limit"),
          Path.of("context", "tenant", "token_limit"));

  private static final List<Path> OF_CHECKS =
      List.of(
          Path.of("subject", "properties", "roles"),
          Path.of("subject", "properties", "site"),
          Path.of("context", "metadata"),
          Path.of("context", "model", "name"),
          Path.of("context", "model", "registered"),
          Path.of("context", "model", "external"),
          Path.of("context", "model", "data_classes"),
          Path.of("context", "operation", "name"),
          Path.of("context", "operation", "registered"),
          Path.of("context", "declared"));

  private static final List<Path> OF_EVALUATIONS =
      List.of(
          Path.of("context", "caller", "type"),
          Path.of("context", "caller", "id"),
          Path.of("context", "caller", "properties", "roles"),
          Path.of("context", "caller", "properties", "site"),
          Path.of("context", "known", "subject"),
          Path.of("context", "known", "resource"),
          Path.of("context", "operation", "name"),
          Path.of("context", "operation", "registered"),
          Path.of("context", "request"));

  private GuaranteedKeys() {}

  /// Those of a policy that applies to models alone, to what only evaluations ask about, or to
  /// anything.
  static Set<Path> of(AppliesTo appliesTo) {
    var keys = new LinkedHashSet<Path>();
    ALWAYS.forEach(path -> keys.addAll(path.prefixes()));
    if (appliesTo.resourceTypes().equals(Set.of(MODEL))) {
      OF_CHECKS.forEach(path -> keys.addAll(path.prefixes()));
    } else if (!appliesTo.resourceTypes().isEmpty()
        && Collections.disjoint(appliesTo.resourceTypes(), OF_OTHERS)) {
      OF_EVALUATIONS.forEach(path -> keys.addAll(path.prefixes()));
    }
    return keys;
  }
}
