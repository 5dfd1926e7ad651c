/// The command line: what a person or a script does with a running Countersign, or without one.
///
/// Start at [Main]. `replay` drives a recorded case log through the HTTP API, `ledger` verifies
/// receipts and exports offline and recomputes a database, `policy` lints and tests policy sets,
/// `trust` plays made-up scopes through the rules of trust, `tenant` makes tenants, `keys` does
/// what is done with API keys. `serve` and `demo` are the server's own; the launcher at the root
/// sends each command to its program.
///
/// What always holds, each a test:
///
/// - A failure is one line that says what and one that hints what to do, and no stack trace unless
///   `COUNTERSIGN_DEBUG=1` (`MainTest`).
/// - The exit code is 0 for done, 1 for something wrong, 2 for a command that was not understood
///   (`MainTest`).
///
/// Nothing here decides anything that the server decides: the rules of verification are the
/// ledger's, those of policies the policy room's, and a replay only asks.
@NullMarked
package dev.countersign.cli;

import org.jspecify.annotations.NullMarked;
