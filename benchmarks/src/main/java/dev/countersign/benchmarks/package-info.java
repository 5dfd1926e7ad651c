/// What the product costs, measured beside what it is compared with; never a timed test.
@NullMarked
package dev.countersign.benchmarks;

import org.jspecify.annotations.NullMarked;
