/// What the product costs, measured beside what it is compared with; never a timed test.
///
/// `peers` decides the same questions with other people's engines, `crash` kills what answers. The
/// scripts in this module's folder run them and say on what.
@NullMarked
package dev.countersign.benchmarks;

import org.jspecify.annotations.NullMarked;
