/// The rules of the verifiable log: what an entry is, how it is hashed, and how anyone proves that
/// it is there, and that nothing before it has changed.
///
/// Start at [Entry], what happened; [Leaf] commits to it; [CompactRange] is the head of the tree;
/// [ProofBuilder] makes proofs from tiles; [Checkpoint] in a [SignedNote] is what the log signs;
/// [WatchedLog] is what a witness cosigns by; [Receipt] and [ExportVerifier] are what a stranger
/// verifies; [LogRecomputation] is `fsck`; [ActionLinks] follows governed actions.
/// docs/ledger-format.md is the format for everybody else.
///
/// What always holds, each a test:
///
/// - An entry has one canonical form, RFC 8785's, and reading it gives the entry again
///   (`EntryTest`).
/// - The bytes of a leaf are those of the vector file, which was computed by another language
///   (`LeafTest`).
/// - Every root and proof is that of a slow tree written straight from RFC 6962 (`ProofTest`), and
///   the published vectors pass (`PublishedVectorsTest`).
/// - A signature of a known key that fails refuses the whole note; unknown signers never help
///   (`SignedNoteTest`).
/// - A witness cosigns what continues what it has seen, and nothing else (`AddCheckpointTest`).
/// - Whatever is changed in a receipt or an export is found and named (`ReceiptTest`,
///   `ExportVerifierTest`, `ExportTamperingTest`), and whatever is changed in a stored log
///   (`LogRecomputationTest`, `StoredTamperingTest`).
/// - A verifier in another language, written from the description of the format alone, says the
///   same of the same files (`IndependentVerifierTest`).
/// - An entry of a governed action that lacks what must have come before it is named
///   (`ActionLinksTest`).
///
/// Hashing follows RFC 6962, the texts of notes, checkpoints, cosignatures, tiles, proofs and what
/// witnesses are asked follow C2SP (signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles,
/// tlog-proof, tlog-witness), so other people's tools can read what we write.
///
/// Nothing here knows of databases, HTTP or the time; only [SigningKeyFile], [ExportVerifier] and
/// [ExportReader] touch files. Who may read an entry is not decided here.
@NullMarked
package dev.countersign.ledger;

import org.jspecify.annotations.NullMarked;
