/// What proofs cost: to verify ([VerificationBenchmark]), and to build in a large log
/// ([ProofsAtSize]).
@NullMarked
package dev.countersign.benchmarks.proofs;

import org.jspecify.annotations.NullMarked;
