package dev.countersign.kernel.store;

/// The tenant's counters of rule changes, as one transaction read them under its shared lock.
///
/// An answer that was evaluated under older counters than these MUST be evaluated again before it
/// is committed: that is how a revoked key or a new policy is in force on every node at once.
///
/// @param policies changes of policies, registry, declarations and tenant values
/// @param credentials changes of keys and roles
/// @param gates changes of gates and freezes
/// @param trust changes of stages
public record Generation(long policies, long credentials, long gates, long trust) {

  /// What a change raises; the names are the columns of `kernel.generation`.
  public enum Counter {
    POLICIES,
    CREDENTIALS,
    GATES,
    TRUST
  }
}
