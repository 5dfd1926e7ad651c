/// The process: command line of `serve` and `demo`, configuration, and the order of start and stop.
///
/// Start at [Main]; `wiring` puts the rooms together, `http` speaks the protocol, `database` opens
/// what they store in, `demo` lays down a tenant to look around in.
///
/// Thin on purpose: a rule that stands here stands in the wrong room.
@NullMarked
package dev.countersign.server;

import org.jspecify.annotations.NullMarked;
