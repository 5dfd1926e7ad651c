package dev.countersign.identity;

import java.util.Optional;

/// What a tenant set for those of its keys that have no limit of their own.
///
/// @param limit empty for the server's
/// @param whenUnavailable empty for the server's
public record TenantLimits(Optional<RateLimit> limit, Optional<WhenUnavailable> whenUnavailable) {}
