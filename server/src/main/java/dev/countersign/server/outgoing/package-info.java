/// Asks other systems to carry actions out, as the workflow room wants it.
///
/// Start at [HttpActionCalls]. What is sent is signed like an event, by the same key, and goes only
/// where webhooks may go.
@NullMarked
package dev.countersign.server.outgoing;

import org.jspecify.annotations.NullMarked;
