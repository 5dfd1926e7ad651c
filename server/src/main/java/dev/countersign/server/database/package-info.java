/// Opens the database: our own embedded PostgreSQL, or the one that configuration names.
@NullMarked
package dev.countersign.server.database;

import org.jspecify.annotations.NullMarked;
