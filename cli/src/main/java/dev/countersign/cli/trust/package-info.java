/// `countersign trust`: what trust would do, without a server.
@NullMarked
package dev.countersign.cli.trust;

import org.jspecify.annotations.NullMarked;
