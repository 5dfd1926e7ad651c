/// Token buckets by bucket4j: [LocalBuckets] in this node's memory, [SharedBuckets] in a Redis or
/// Valkey that all nodes use.
///
/// The arithmetic is bucket4j's, the connection Lettuce's, the circuit breaker resilience4j's; what
/// a limit is stands in [dev.countersign.identity.RateLimit] and knows none of them.
@NullMarked
package dev.countersign.identity.bucket;

import org.jspecify.annotations.NullMarked;
