package dev.countersign.trust.store;

import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustState;
import java.util.UUID;

/// A scope as its row holds it.
///
/// @param version how many events changed it
public record StoredScope(UUID id, ScopeKey key, TrustState state, long version) {}
