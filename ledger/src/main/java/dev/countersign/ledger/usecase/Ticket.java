package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.Salt;
import java.util.UUID;

/// What a caller gets at once: where his entry stands and what its leaf was made with.
///
/// With the entry's content the leaf can be recomputed; the receipt proves that it is in the log.
///
/// @param origin the log's name
public record Ticket(UUID entryId, long logIndex, Digest leafHash, Salt salt, String origin) {

  public JsonObject json() {
    return Json.object()
        .put("log_index", logIndex)
        .put("leaf_hash", leafHash.hex())
        .put("salt", salt.hex())
        .put("origin", origin)
        .put("entry_url", "/v1/ledger/entries/" + logIndex)
        .build();
  }
}
