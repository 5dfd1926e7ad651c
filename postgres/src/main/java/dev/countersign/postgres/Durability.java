package dev.countersign.postgres;

/// What a commit promises.
public enum Durability {
  /// A commit that was answered survives a crash of the machine.
  DURABLE("on"),

  /// A crash of the machine may destroy the whole cluster; for data that a test throws away.
  TESTS_ONLY("off");

  private final String flag;

  Durability(String flag) {
    this.flag = flag;
  }

  /// The value that `fsync`, `synchronous_commit` and `full_page_writes` have under this promise.
  String flag() {
    return flag;
  }
}
