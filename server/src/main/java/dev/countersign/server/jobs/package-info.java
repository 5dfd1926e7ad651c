/// Work that time starts instead of a request. Every node runs it; the database decides who does
/// what.
@NullMarked
package dev.countersign.server.jobs;

import org.jspecify.annotations.NullMarked;
