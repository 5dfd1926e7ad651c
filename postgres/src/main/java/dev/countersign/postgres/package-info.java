/// A real PostgreSQL in a directory, for those who bring no database of their own.
///
/// Start at [EmbeddedPostgres].
///
/// What always holds, each held by a test in `EmbeddedPostgresTest`:
///
/// - Nobody enters without the generated password, whatever his user on this machine.
/// - The database listens on the loopback address only.
/// - A commit is on disk before it is answered, unless [Durability#TESTS_ONLY] was asked for by
///   name.
/// - One owner at a time: a second opener of a directory is refused and told who holds it.
/// - What a killed process leaves (a running database, a half-made cluster, half-unpacked programs)
///   is adopted or made anew at the next start.
/// - After `close` no process of the database is left.
///
/// Nothing here knows of schemas, roles of the application or tenants.
@NullMarked
package dev.countersign.postgres;

import org.jspecify.annotations.NullMarked;
