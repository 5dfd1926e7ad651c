/// What the tests of every room need: a real PostgreSQL, a clock one moves by hand, seeded
/// properties, and waiting without sleeping.
///
/// Start at [TestPostgres] or [Property]. Rooms depend on this module in test scope only.
@NullMarked
package dev.countersign.testkit;

import org.jspecify.annotations.NullMarked;
