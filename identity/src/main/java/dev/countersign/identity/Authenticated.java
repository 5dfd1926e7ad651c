package dev.countersign.identity;

import dev.countersign.kernel.Principal;
import java.util.Optional;

/// Who authenticated, and what goes with him.
///
/// @param limit empty only for the demo tenant's keys for measuring and replaying
/// @param whenUnavailable what his tenant chose; empty if it did not
/// @param demo whether his tenant is a demo tenant
public record Authenticated(
    Principal principal,
    Optional<RateLimit> limit,
    Optional<WhenUnavailable> whenUnavailable,
    boolean demo) {}
