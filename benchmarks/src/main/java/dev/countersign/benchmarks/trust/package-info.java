/// What the rules of trust cost and what they let through: start at [TrustLaboratory],
/// [TrustLadder], [TrustLoanLog] and [TrustFoldBenchmark].
@NullMarked
package dev.countersign.benchmarks.trust;

import org.jspecify.annotations.NullMarked;
