package dev.countersign.policy.lifecycle;

import java.time.Instant;

/// A version of a tenant's policy set, without its content.
///
/// @param draftedBy who wrote it; he may not be the one who confirms that it comes into force
public record PolicyVersion(
    int version, VersionState state, String draftedBy, Instant draftedAt, int threshold) {}
