/// Holds the published contract, the routes and the roles to each other.
///
/// Start at [Contract]: the OpenAPI document as tests use it. `RouteMatrixTest` compares it with
/// the resource methods and both with the roles; `RequestShapesTest` compares its request schemas
/// with the parsers that read them.
///
/// Nothing here starts the server; the tests that do hand each answer to [Contract#assertAnswer].
@NullMarked
package dev.countersign.server.contract;

import org.jspecify.annotations.NullMarked;
