package dev.countersign.identity;

import java.util.concurrent.CompletableFuture;

/// Token buckets by name, wherever they are kept. Safe for use by many threads.
@FunctionalInterface
public interface Buckets {

  /// Takes one token from the bucket called `name`; never blocks. The future fails if the place
  /// where the buckets are kept does not answer in time, and the token may be gone then.
  ///
  /// A changed limit starts a bucket of its own.
  CompletableFuture<RateLimit.Answer> take(String name, RateLimit limit);
}
