package dev.countersign.identity;

import dev.countersign.kernel.Principal;
import java.util.Optional;

/// Who authenticated, and what goes with him.
///
/// @param limit empty only for the demo tenant's keys for measuring and replaying
/// @param demo whether his tenant is a demo tenant
public record Authenticated(Principal principal, Optional<RateLimit> limit, boolean demo) {}
