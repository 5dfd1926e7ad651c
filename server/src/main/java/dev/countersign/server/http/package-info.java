/// HTTP: routes that parse into types, call one use case, and render its answer.
///
/// Start at any `...Routes` class; [Gatekeeper] runs before each of them and [Problems] after what
/// fails. The order of checks is the same everywhere: size, authentication, limit, permission,
/// shape, idempotency, existence, the object's own rules, state.
///
/// What always holds, each a test:
///
/// - A route without a declared permission answers nobody (`RouteMatrixTest`), and every route
///   answers every role as the table of both says (`RouteRolesTest`).
/// - Every failure is a problem document of RFC 9457 with a trace id, and never names a class.
/// - Nothing of a rejected body is stored or logged.
@NullMarked
package dev.countersign.server.http;

import org.jspecify.annotations.NullMarked;
