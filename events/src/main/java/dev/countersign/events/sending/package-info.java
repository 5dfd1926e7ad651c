/// How a request leaves this server: to an address that was checked, within a bounded time, and
/// with nothing read back but a status.
///
/// Start at [PinnedPost].
@NullMarked
package dev.countersign.events.sending;

import org.jspecify.annotations.NullMarked;
