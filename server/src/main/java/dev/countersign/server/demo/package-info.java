/// What a server begins with: the platform's first key, and in a demo a tenant to look around in.
@NullMarked
package dev.countersign.server.demo;

import org.jspecify.annotations.NullMarked;
