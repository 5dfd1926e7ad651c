package dev.countersign.kernel.store;

/// The principal's credentials were checked before a change of some credential of his tenant: the
/// edge MUST check them again and repeat the call once. The transaction was undone.
public final class StaleCredential extends RuntimeException {
  private static final long serialVersionUID = 1;

  StaleCredential() {
    super("credentials changed since they were checked", null, false, false);
  }
}
