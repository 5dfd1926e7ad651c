/// What benchmarks stand on: a real database with every room's schema, a key, tenants.
@NullMarked
package dev.countersign.benchmarks.place;

import org.jspecify.annotations.NullMarked;
