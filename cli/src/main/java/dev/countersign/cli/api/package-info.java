/// A client of Countersign's HTTP API.
///
/// Start at [Api]. [Server] is where it finds the address and the keys.
///
/// What always holds, each a test:
///
/// - A write carries an `Idempotency-Key`, so that repeating it after a lost answer does it once.
/// - A pause is never shorter than the server asked for, within a bound (`RetriesTest`).
/// - A problem document becomes one line, whatever is in it (`ProblemTest`).
@NullMarked
package dev.countersign.cli.api;

import org.jspecify.annotations.NullMarked;
