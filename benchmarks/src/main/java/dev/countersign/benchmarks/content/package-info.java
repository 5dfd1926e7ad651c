/// Makes the dictionary with which the texts of entries are compressed. Run by hand, seldom: a
/// dictionary that is in use never changes.
@NullMarked
package dev.countersign.benchmarks.content;

import org.jspecify.annotations.NullMarked;
