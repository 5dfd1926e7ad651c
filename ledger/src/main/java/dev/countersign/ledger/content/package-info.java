/// Content of entries at rest: sealed under keys that live outside the database and can be
/// destroyed.
///
/// Start at [ContentKeys]: the secrets of the expiry days, from a [ContentKeyFolder], and what is
/// derived from them. A [Sealing] seals an entry's salt and canonical text for one tenant, one day
/// and one entry, and opens it again; [PackedText] makes the text small before, [ContentKey] is the
/// cipher.
///
/// What always holds, each a test:
///
/// - A database without the folder shows neither content nor salt (`ContentAtRestTest`).
/// - What was sealed for one tenant, entry or day does not open as another's (`SealingTest`).
/// - A day that has content never gets another secret: one that is missing or wrong is refused
///   (`ContentKeysTest`).
/// - A text comes back as it was, whatever its bytes, and a dictionary never changes
///   (`PackedTextTest`).
/// - The cipher is C2SP's XAES-256-GCM, by its published vectors (`ContentKeyTest`).
///
/// Which day an entry has, and when a day ends, is not decided here.
@NullMarked
package dev.countersign.ledger.content;

import org.jspecify.annotations.NullMarked;
