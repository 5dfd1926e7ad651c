package dev.countersign.server.http;

/// The caller's key was good when he came in and is not any more.
final class Unauthenticated extends RuntimeException {
  private static final long serialVersionUID = 1;

  Unauthenticated() {
    super("the key is not good any more", null, false, false);
  }
}
