/// Asks other systems to carry actions out, as the workflow room wants it.
///
/// Start at [HttpActionCalls]. What is sent is signed like an event, by the same key, and goes only
/// where webhooks may go.
///
/// What always holds, each a test in `HttpActionCallsTest`: every attempt carries its idempotency
/// key, and the signature covers it; nothing but 2xx is done; an attempt ends with its time,
/// however much is answered; a host that fails or is slow holds up no other.
@NullMarked
package dev.countersign.server.outgoing;

import org.jspecify.annotations.NullMarked;
