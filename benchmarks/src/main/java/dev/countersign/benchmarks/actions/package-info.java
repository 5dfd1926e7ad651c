/// Whether an approval that was given for one action lets any other run.
@NullMarked
package dev.countersign.benchmarks.actions;

import org.jspecify.annotations.NullMarked;
