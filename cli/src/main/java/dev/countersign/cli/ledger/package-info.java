/// Verifies what the ledger promises: receipts and exports offline, a database by recomputing it.
///
/// [KeyCommand] and [AlarmsCommand] look after the log's keys and alarms, at its data directory.
///
/// Start at [VerifyCommand], which needs files and a key and nothing else, or at [FsckCommand],
/// which reads a database. [OrphansCommand] lists what lacks the steps before it. [DownloadedLog]
/// is for a server whose database is out of reach.
///
/// What always holds, each a test:
///
/// - Whatever is changed in a file is found and named, and the exit code is 1 (`VerifyTest`).
/// - No key is believed but those that were given (`VerifyTest`).
///
/// The rules of verification are `dev.countersign.ledger`'s.
@NullMarked
package dev.countersign.cli.ledger;

import org.jspecify.annotations.NullMarked;
