/// How a command talks: results, progress, and why it failed.
///
/// Start at [Console]. Every command gets it by its constructor; nothing else writes to the
/// terminal.
@NullMarked
package dev.countersign.cli.console;

import org.jspecify.annotations.NullMarked;
