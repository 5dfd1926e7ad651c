package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Entity;
import dev.countersign.policy.check.EvaluationRequest;
import dev.countersign.policy.store.EntityStore;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Says what the tenant knows of a subject or a resource; what was said before is replaced.
///
/// It counts from the next decision on, on every node. Nothing but what the body says changes it:
/// it is data, not a policy, and needs no second person.
public final class PutEntity {

  /// In bytes of the canonical form. Two of them and the largest question fit into one entry of the
  /// ledger.
  public static final int LARGEST_PROPERTIES = 8 * 1024;

  private final Ledger ledger;
  private final EntityStore entities;

  public PutEntity(Ledger ledger, EntityStore entities) {
    this.ledger = ledger;
    this.entities = entities;
  }

  /// Reads `{properties}`; throws `Refusal.Invalid` with every problem, those of the address too.
  public static Entity parse(String type, String id, Json body) {
    var fields = Fields.of(body);
    var properties = EvaluationRequest.bounded(fields, "properties", fields.object("properties"));
    if (CanonicalJson.text(properties).getBytes(StandardCharsets.UTF_8).length
        > LARGEST_PROPERTIES) {
      fields.problem(
          "properties", "too_large", "must have at most " + LARGEST_PROPERTIES + " bytes");
    }
    bounded(fields, "type", type, Entity.LONGEST_TYPE);
    bounded(fields, "id", id, Entity.LONGEST_ID);
    fields.done();
    return new Entity(type, id, properties);
  }

  private static void bounded(Fields fields, String name, String value, int longest) {
    if (value.isEmpty() || value.length() > longest || value.indexOf('\0') >= 0) {
      fields.problem(
          name, "wrong_length", "must have 1 to " + longest + " characters without U+0000");
    }
  }

  /// The answer is the entity.
  public Recorded in(Call call, Entity entity) {
    return ledger.transact(
        call,
        new Attempt("entity.put", "entity", entity.key().path()),
        Rules.CHANGE,
        transaction -> {
          var before = entities.find(transaction.tenant(), entity.key());
          // What says the same again changes no answer, so nobody has to decide anew.
          if (!before.equals(Optional.of(entity))) {
            entities.put(transaction.tenant(), entity);
            transaction.tenant().raise(Counter.POLICIES);
          }
          transaction.record(
              "entity.put", "entity", entity.key().path(), transaction.newId(), entity.json());
          return entity.json();
        });
  }
}
