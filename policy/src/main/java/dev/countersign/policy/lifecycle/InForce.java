package dev.countersign.policy.lifecycle;

import dev.countersign.policy.PolicySet;
import dev.countersign.policy.TenantValues;

/// Everything of a tenant's that decides besides his registry: a set with his overrides and
/// threshold, and the values that its conditions read.
public record InForce(PolicySet effective, TenantValues values) {}
