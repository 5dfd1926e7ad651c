/// `countersign trust`: where scopes stand, what certificates state, and what trust would do.
///
/// Start at [ExplainCommand], [VerifyCertificateCommand] and [ReplayTrustCommand]; the last two
/// need no server.
@NullMarked
package dev.countersign.cli.trust;

import org.jspecify.annotations.NullMarked;
