/// The server with [Unrecorded] in the place of its decision writer, and everything else as it is.
///
/// `benchmarks/open-loop.sh` measures it beside the server. It is an application of its own, so
/// that the product has no switch that turns the record off.
@NullMarked
package dev.countersign.benchmarks.unrecorded;

import org.jspecify.annotations.NullMarked;
