/// Kills what answers, again and again, and looks whether an answer was lost.
///
/// [RoomCrash] kills a plain JVM that runs the room ([CrashedRoom]: policy engine and decision
/// writer) against a PostgreSQL that outlives it. [ServerCrash] kills the whole server, and every
/// other time its database with it, under requests over HTTP.
///
/// [Killing] is what both kills of a plain JVM share, this room's and those of the workflow room
/// (`benchmarks.work`).
///
/// Whoever got an answer wrote down its decision *after* he had it ([Answers]). In the end each
/// decision written down must be in the log exactly once, and the log must verify.
@NullMarked
package dev.countersign.benchmarks.crash;

import org.jspecify.annotations.NullMarked;
