/// What the product costs, measured beside what it is compared with; never a timed test.
///
/// `peers` decides the same questions with other people's engines, `load` asks at a constant rate,
/// `crash` kills what answers. The scripts in this module's folder run them and say on what; its
/// README lists them.
@NullMarked
package dev.countersign.benchmarks;

import org.jspecify.annotations.NullMarked;
