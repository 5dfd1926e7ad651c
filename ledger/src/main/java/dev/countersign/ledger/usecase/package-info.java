/// How the rest of the product meets the ledger.
///
/// Start at [Ledger]: the one way to change anything, which records it. [Decisions] is the same for
/// the decision hot path, and [DecisionWriter] what does it; [LedgerReader] shows what was recorded
/// and [EntryScan] looks through it in short transactions. [Sequencer] and [CheckpointSigner] work
/// in the background on every node.
///
/// What always holds, each a test:
///
/// - An answer is given after its entry has its index, or not at all.
/// - What a transaction changed and what it recorded are committed together or not at all.
/// - The log has no gap, no fork and no double, whoever appends (`AppendTest`).
/// - A refused attempt leaves nothing but its `*.refused` entry.
@NullMarked
package dev.countersign.ledger.usecase;

import org.jspecify.annotations.NullMarked;
