/// Whether this node can do its work, and the figures that tell why not.
@NullMarked
package dev.countersign.server.health;

import org.jspecify.annotations.NullMarked;
