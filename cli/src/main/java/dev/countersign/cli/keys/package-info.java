/// Lists, makes, rotates and revokes API keys over HTTP.
///
/// Start at [KeysCommand]. A secret is printed once, to standard output, and nowhere else.
@NullMarked
package dev.countersign.cli.keys;

import org.jspecify.annotations.NullMarked;
