/// How a witness elsewhere is reached: C2SP tlog-witness over HTTP, from the log's side.
///
/// Start at [RemoteWitness]: one checkpoint out, one [Reply] back. Whatever the other side does, a
/// reply comes within seconds and within a bounded number of bytes, and nothing of it is believed
/// here: cosignatures are verified by who asked (`RemoteWitnessTest`).
///
/// Nothing here knows of databases or of what a checkpoint says.
@NullMarked
package dev.countersign.ledger.witness;

import org.jspecify.annotations.NullMarked;
