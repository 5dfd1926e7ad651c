/// Requests at a constant rate, whatever the server makes of them.
///
/// Start at [OpenLoop]. `wrk` and its like wait for an answer before they ask again, so a server
/// that stalls is asked less and looks better than it is. Here each request has its moment, and its
/// time counts from that moment, also while it waits for a connection.
///
/// It shares the machine with what it measures: one thread, no library, and nothing allocated for a
/// request.
@NullMarked
package dev.countersign.benchmarks.load;

import org.jspecify.annotations.NullMarked;
