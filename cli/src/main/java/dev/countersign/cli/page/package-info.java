/// Reports as pages for a browser: markup in which everything from elsewhere is escaped.
@NullMarked
package dev.countersign.cli.page;

import org.jspecify.annotations.NullMarked;
