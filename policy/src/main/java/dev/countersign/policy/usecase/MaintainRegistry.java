package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Model;
import dev.countersign.policy.RegistryJson;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Metadata;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.RegistryStore;
import dev.countersign.policy.store.RegistryStore.Kind;
import java.util.Optional;

/// Enters a model, an operation or a metadata key into a tenant's registry, or takes it out.
///
/// Whoever answers for models does it alone, even if calls count as less risky then: that a model
/// runs on the tenant's own premises is a fact, and its entry says what was registered before and
/// after (ADR 0018). Entering what is there already changes nothing and disturbs nobody.
public final class MaintainRegistry {
  /// A registry is loaded as a whole by each node that decides.
  private static final int MOST_MODELS = 5_000;

  private static final int MOST_OPERATIONS = 5_000;

  /// As many keys as a call's metadata could name with sense.
  private static final int MOST_DECLARATIONS = 200;

  private final Ledger ledger;
  private final PolicyStore store;
  private final RegistryStore registry;

  public MaintainRegistry(Ledger ledger, PolicyStore store, RegistryStore registry) {
    this.ledger = ledger;
    this.store = store;
    this.registry = registry;
  }

  /// Reads `{provider, external, region?, data_classes?}` for a name that stands in the path;
  /// throws `Refusal.Invalid` with every problem.
  public static Model model(String name, Json body) {
    requireName("model", name, Model.LONGEST_NAME);
    var fields = Fields.of(body);
    var model = RegistryJson.model(fields, Optional.of(name));
    fields.done();
    return model;
  }

  /// Checks a name that stands in the path.
  public static String operation(String name) {
    requireName("operation", name, CheckRequest.LONGEST_OPERATION);
    return name;
  }

  /// Reads `{type, max_length?}` for a key that stands in the path; throws `Refusal.Invalid` with
  /// every problem.
  public static Declaration declaration(String key, Json body) {
    var fields = Fields.of(body);
    var declaration = RegistryJson.declaration(fields, Optional.of(key));
    fields.done();
    if (!Metadata.declarable(key)) {
      throw new Refusal.Invalid(
          "", "wrong_value", "the key `" + key + "` is known already, or would carry content");
    }
    return declaration;
  }

  public Recorded put(Call call, Model model) {
    return change(
        call,
        Kind.MODEL,
        model.name(),
        "registered",
        transaction -> {
          var before = registry.model(transaction.tenant(), model.name());
          requireRoom(transaction, Kind.MODEL, before.isPresent(), MOST_MODELS);
          if (!before.equals(Optional.of(model))) {
            store.put(transaction.tenant(), model);
          }
          return new Step(before.map(RegistryJson::write), Optional.of(RegistryJson.write(model)));
        });
  }

  public Recorded putOperation(Call call, String name) {
    return change(
        call,
        Kind.OPERATION,
        name,
        "registered",
        transaction -> {
          boolean before = registry.hasOperation(transaction.tenant(), name);
          requireRoom(transaction, Kind.OPERATION, before, MOST_OPERATIONS);
          store.putOperation(transaction.tenant(), name);
          return new Step(operation(name, before), operation(name, true));
        });
  }

  public Recorded put(Call call, Declaration declaration) {
    return change(
        call,
        Kind.DECLARATION,
        declaration.key(),
        "registered",
        transaction -> {
          var before = registry.declaration(transaction.tenant(), declaration.key());
          requireRoom(transaction, Kind.DECLARATION, before.isPresent(), MOST_DECLARATIONS);
          store.put(transaction.tenant(), declaration);
          return new Step(
              before.map(RegistryJson::write), Optional.of(RegistryJson.write(declaration)));
        });
  }

  public Recorded removeModel(Call call, String name) {
    return remove(
        call,
        Kind.MODEL,
        name,
        transaction -> registry.model(transaction.tenant(), name).map(RegistryJson::write));
  }

  public Recorded removeOperation(Call call, String name) {
    return remove(
        call,
        Kind.OPERATION,
        name,
        transaction -> operation(name, registry.hasOperation(transaction.tenant(), name)));
  }

  public Recorded removeDeclaration(Call call, String key) {
    return remove(
        call,
        Kind.DECLARATION,
        key,
        transaction -> registry.declaration(transaction.tenant(), key).map(RegistryJson::write));
  }

  /// What was registered and what is.
  private record Step(Optional<JsonObject> before, Optional<JsonObject> after) {}

  @FunctionalInterface
  private interface Work {
    Step in(LedgerTransaction transaction);
  }

  @FunctionalInterface
  private interface Found {
    Optional<JsonObject> in(LedgerTransaction transaction);
  }

  private Recorded remove(Call call, Kind kind, String name, Found found) {
    // No name in the registry has it, and the database takes it in no question.
    if (name.indexOf('\0') >= 0) {
      throw new Refusal.NotFound(word(kind), shortened(name));
    }
    return change(
        call,
        kind,
        name,
        "removed",
        transaction -> {
          var before = found.in(transaction);
          if (before.isEmpty()) {
            throw new Refusal.NotFound(word(kind), shortened(name));
          }
          registry.remove(transaction.tenant(), kind, name);
          return new Step(before, Optional.empty());
        });
  }

  private Recorded change(Call call, Kind kind, String name, String verb, Work work) {
    var action = word(kind) + "." + verb;
    return ledger.transact(
        call,
        new Attempt(action, word(kind), name),
        Rules.CHANGE,
        transaction -> {
          var step = work.in(transaction);
          // A pending change of policies is bound to the counter: it must not lose its base to
          // somebody who says again what is known.
          if (!step.before().equals(step.after())) {
            transaction.tenant().raise(Counter.POLICIES);
          }
          transaction.record(
              action,
              word(kind),
              name,
              transaction.newId(),
              Json.object().put("before", step.before()).put("after", step.after()).build());
          return step.after().or(step::before).orElseThrow();
        });
  }

  private void requireRoom(LedgerTransaction transaction, Kind kind, boolean known, int most) {
    if (!known && registry.count(transaction.tenant(), kind) >= most) {
      throw new Refusal.Conflict(
          "registry_full",
          "at most %d %ss are registered: remove one first".formatted(most, word(kind)));
    }
  }

  private static Optional<JsonObject> operation(String name, boolean there) {
    return there ? Optional.of(Json.object().put("name", name).build()) : Optional.empty();
  }

  private static void requireName(String what, String name, int longest) {
    if (name.isEmpty() || name.length() > longest || name.indexOf('\0') >= 0) {
      throw new Refusal.Invalid(
          "",
          "wrong_length",
          "the %s's name must have 1 to %d characters".formatted(what, longest));
    }
  }

  private static String shortened(String name) {
    return name.length() <= Model.LONGEST_NAME ? name : name.substring(0, Model.LONGEST_NAME) + "…";
  }

  private static String word(Kind kind) {
    return switch (kind) {
      case MODEL -> "model";
      case OPERATION -> "operation";
      case DECLARATION -> "declaration";
    };
  }
}
