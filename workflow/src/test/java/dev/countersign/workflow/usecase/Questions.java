package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.policy.Model;
import dev.countersign.policy.check.CheckRecord;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.usecase.RegisterModel;
import dev.countersign.workflow.usecase.RequestApproval.Required;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// A world in which exports need a person, and those who ask for them.
final class Questions implements AutoCloseable {
  final World world = new World();

  Questions() {
    world.transactions.run(
        world.tenant,
        Rules.CHANGE,
        transaction -> {
          new RegisterModel(world.policyStore)
              .in(
                  transaction,
                  new Model("gpt-4", "test", false, Optional.empty(), new TreeSet<>()));
          transaction.raise(Counter.POLICIES);
          return transaction.tenant();
        });
    exports("require_approval");
  }

  /// Puts a set into force under which exports have that effect.
  void exports(String effect) {
    world.activate(
        JsonReader.readObject(
            """
            {"key": "exports", "description": "", "message": "an export", "effect": "%s",
             "condition": "true", "applies_to": {"operations": ["export"]}}
            """
                .formatted(effect)));
  }

  static JsonObject export(int rows) {
    return Json.object()
        .put("model", "gpt-4")
        .put("operation", "export")
        .put("metadata", Json.object().put("row_count", rows).build())
        .build();
  }

  /// Decides and records as the server does.
  Required decided(Principal asker, JsonObject check) {
    var policies = world.transactions.run(world.tenant, Rules.READ, world.policies::load);
    var checked = CheckRequest.read(check, policies.facts()).decide(asker, policies);
    var id = world.ids.next();
    var recorded =
        world.ledger.transact(
            world.call(asker),
            new Attempt("decision.made", "decision", id.toString()),
            Rules.APPLY,
            transaction -> {
              var details =
                  new CheckRecord(id, transaction.now(), Duration.ZERO, checked).details();
              transaction.record("decision.made", "decision", id.toString(), id, details);
              return JsonObject.EMPTY;
            });
    return new Required(
        id, id, recorded.tickets().getFirst().logIndex(), checked.version(), checked.request());
  }

  UUID ask(Principal asker, JsonObject check) {
    var required = decided(asker, check);
    return world.requestApproval.request(world.call(asker), required);
  }

  /// The agent asks for an export of so many rows.
  UUID ask(int rows) {
    return ask(world.agent, export(rows));
  }

  JsonObject card(UUID approval) {
    return world.showApprovals.one(world.agent, approval);
  }

  String state(UUID approval) {
    return card(approval).text("state").orElseThrow();
  }

  JsonObject inbox(Principal principal) {
    return world.showApprovals.inbox(principal, new Page(Page.MOST, Optional.empty()));
  }

  /// Decides with the digest that the card shows.
  JsonObject decide(Principal principal, UUID approval, String decision) {
    return world
        .decideApproval
        .decide(world.call(principal), approval, World.decision(card(approval), decision))
        .answer();
  }

  @Override
  public void close() {
    world.close();
  }
}
