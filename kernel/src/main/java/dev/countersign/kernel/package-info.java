/// The few words that every room shares.
@NullMarked
package dev.countersign.kernel;

import org.jspecify.annotations.NullMarked;
