package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// The answer of a use case whose change is committed and whose entries have their index.
///
/// @param tickets one for each entry, in the order of recording
/// @param repeated whether this is the stored answer of an earlier call with the same idempotency
///   key
public record Recorded(JsonObject answer, List<Ticket> tickets, boolean repeated) {

  public Recorded {
    tickets = List.copyOf(tickets);
  }

  /// The answer with the ticket of its first entry, as callers see it.
  public JsonObject json() {
    return tickets.isEmpty() ? answer : answer.with("ticket", tickets.getFirst().json());
  }
}
