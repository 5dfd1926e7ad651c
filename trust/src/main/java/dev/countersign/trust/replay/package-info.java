/// Folds the trust that a log tells of again, for whoever has an export and nothing else.
///
/// Start at [LoggedTrust]: the entries of one tenant in, a [Findings] out. Whether the entries are
/// those of the log is [dev.countersign.ledger.ExportVerifier]'s to say.
///
/// What always holds, each a test in `LoggedTrustTest`:
///
/// - A state that was not earned is found, at the first entry where it differs.
/// - What cannot be folded, since an entry is erased, is said of its scopes, and of no other.
/// - What is taken away without an erasure is no excuse.
///
/// Nothing here knows of files or keys.
@NullMarked
package dev.countersign.trust.replay;

import org.jspecify.annotations.NullMarked;
