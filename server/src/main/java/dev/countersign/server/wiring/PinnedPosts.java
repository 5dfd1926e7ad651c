package dev.countersign.server.wiring;

import dev.countersign.events.sending.PinnedPost;
import java.time.Duration;

/// Ways to send to checked addresses, each with a patience of its own.
@FunctionalInterface
interface PinnedPosts {
  PinnedPost within(Duration patience);
}
