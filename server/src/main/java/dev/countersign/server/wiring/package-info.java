/// Puts the rooms together: each producer says what a part is made of, nothing else does.
@NullMarked
package dev.countersign.server.wiring;

import org.jspecify.annotations.NullMarked;
