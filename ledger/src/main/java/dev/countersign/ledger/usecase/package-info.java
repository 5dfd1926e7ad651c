/// How the rest of the product meets the ledger.
///
/// Start at [Ledger]: the one way to change anything, which records it. [Decisions] is the same for
/// the decision hot path, and [DecisionWriter] what does it; [LedgerReader] shows what was recorded
/// and [EntryScan] looks through it in short transactions, as [FindOrphans] does for steps that
/// lack the one before them. [Sequencer] and [CheckpointSigner] work in the background on every
/// node. [EraseContent], [Retention] and [Holds] decide how long content stays.
///
/// [GatherCosignatures] has witnesses cosign our checkpoints, [CosignCheckpoint] is a witness for
/// other logs, and [RotateLogKey] changes the keys that [LogKeys] holds.
///
/// What always holds, each a test:
///
/// - An answer is given after its entry has its index, or not at all.
/// - What a transaction changed and what it recorded are committed together or not at all.
/// - With a quorum, nothing is shown that too few witnesses cosigned; one that has cosigned more
///   than the database has stops the log (`WitnessedLogTest`).
/// - Of a watched log one history is cosigned, whichever nodes are asked (`CosignCheckpointTest`).
/// - Every checkpoint is signed by all keys that the database says are signing (`KeyRotationTest`).
/// - The log has no gap, no fork and no double, whoever appends (`AppendTest`) and whatever becomes
///   of a node while it does: killed, stopped or cut off (`KilledNodeTest`, `CutOffNodeTest`).
/// - What waits for the log is bounded; a full queue is told at once (`BackPressureTest`).
/// - A refused attempt leaves nothing but its `*.refused` entry.
/// - An erasure reaches every registered copy ([ErasedCopies]), and what is on hold stays
///   (`ErasureTest`, `HoldsTest`).
@NullMarked
package dev.countersign.ledger.usecase;

import org.jspecify.annotations.NullMarked;
