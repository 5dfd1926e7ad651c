package dev.countersign.events.usecase;

import dev.countersign.events.ActionFilter;
import dev.countersign.events.CloudEvent;
import dev.countersign.kernel.TenantId;
import java.util.Optional;

/// Somebody who is told what the log says as it is recorded, over a connection that somebody else
/// holds.
///
/// Called by one thread at a time, which serves all followers of the node: nothing here may wait.
public interface Follower {
  TenantId tenant();

  ActionFilter filter();

  /// How many events it takes now without waiting.
  int room();

  /// Takes an event; called at most as often as [#room] said.
  void tell(long logIndex, CloudEvent event);

  /// Says that the connection lives, and that there is nothing to tell.
  void alive();

  /// Checks anew whether it may still listen: the tenant's counter of credentials under which it
  /// was found that it may, or empty if it may not any more.
  Optional<Long> proved();

  /// Nothing more will be told.
  void end();
}
