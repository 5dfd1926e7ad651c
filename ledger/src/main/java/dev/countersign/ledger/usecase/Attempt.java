package dev.countersign.ledger.usecase;

import java.util.Optional;
import java.util.UUID;

/// What a caller tries to change, named before it is known whether he may: a refusal is recorded
/// under this name with ids only.
///
/// @param action the action of the entry that success would write, such as `proposal.created`
/// @param resource the kind of thing, such as `case`
/// @param resourceId its id as the caller gave it
/// @param correlationId the governed action that this belongs to, if it has begun
public record Attempt(
    String action, String resource, String resourceId, Optional<UUID> correlationId) {

  /// The longest id that a refusal repeats.
  private static final int LONGEST_ID = 200;

  public Attempt {
    if (resourceId.length() > LONGEST_ID) {
      resourceId = resourceId.substring(0, LONGEST_ID);
    }
  }

  public Attempt(String action, String resource, String resourceId) {
    this(action, resource, resourceId, Optional.empty());
  }

  /// The same, about the governed action that was found meanwhile.
  Attempt about(Optional<UUID> found) {
    return found.isEmpty() ? this : new Attempt(action, resource, resourceId, found);
  }

  /// The action under which a refusal is recorded: `proposal.refused`.
  public String refused() {
    return action.substring(0, action.indexOf('.')) + ".refused";
  }
}
