/// The log of real loan applications (BPI Challenge 2012, first half of the cases) as it lies among
/// the public data; nothing of it is in this repository. Start at [LoanApplication].
@NullMarked
package dev.countersign.benchmarks.loans;

import org.jspecify.annotations.NullMarked;
