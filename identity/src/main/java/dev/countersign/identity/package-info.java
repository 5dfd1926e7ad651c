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
/// - Unknown, wrong, revoked, expired and suspended give the same answer after the same work.
/// - Over any window a key gets at most its limit and its burst (`RateLimitTest`).
/// - A role that is not known permits nothing (`RolesTest`).
///
/// Users, sessions and other ways to authenticate come later beside the key, not instead of it.
/// Nothing here knows of HTTP.
@NullMarked
package dev.countersign.identity;

import org.jspecify.annotations.NullMarked;
