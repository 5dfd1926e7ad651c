/// What the server is told and how it refuses: settings, files that only their owner may read, and
/// a start that says why it does not happen.
@NullMarked
package dev.countersign.server.config;

import org.jspecify.annotations.NullMarked;
