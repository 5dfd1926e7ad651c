/// Who acts: tenants, the keys by which programs and people prove themselves, and what each role
/// may do.
///
/// Start at [dev.countersign.identity.usecase.Authenticate]: a presented key in, a principal with
/// its rate limit out. [Roles] says which permission a role carries; each HTTP route declares the
/// one it needs.
///
/// What always holds, each a test:
///
/// - A secret is shown once and never stored; what is stored is useless without the pepper
///   (`KeysTest`).
/// - Unknown, wrong, rotated, revoked, expired, from another network and suspended give the same
///   answer after the same work (`KeysTest`, `RotationTest`).
/// - Over any window a key gets at most its limit and its burst, on one node and, with shared
///   buckets, on all together (`LocalBucketsTest`, `SharedBucketsTest`).
/// - A role that is not known permits nothing (`RolesTest`); a narrowed key permits no more than it
///   is narrowed to and hands out no wider one (`RotationTest`).
/// - A flood of failures takes bounded room and leaves a bounded number of entries, on all nodes
///   together (`FailedAttemptsTest`, `RecordFailedAttemptsTest`).
/// - All nodes on a database have one pepper and one tenant of the platform (`InstallationTest`).
///
/// Users, sessions and other ways to authenticate come later beside the key, not instead of it.
/// Nothing here knows of HTTP.
@NullMarked
package dev.countersign.identity;

import org.jspecify.annotations.NullMarked;
