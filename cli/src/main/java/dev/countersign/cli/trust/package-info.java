/// `countersign trust`: where scopes stand, what certificates state, and what trust would do.
///
/// Start at [ExplainCommand] and [VerifyCertificateCommand]; the second needs no server.
@NullMarked
package dev.countersign.cli.trust;

import org.jspecify.annotations.NullMarked;
