package dev.countersign.postgres;

import java.nio.file.Path;

/// A program that starts a database and waits to be killed.
final class Orphaned {

  private Orphaned() {}

  static void main(String[] arguments) throws Exception {
    var settings = Settings.in(Path.of(arguments[0])).with(Durability.TESTS_ONLY);
    var postgres = EmbeddedPostgres.start(settings);
    System.out.println(postgres.pid());
    System.out.flush();
    // Ends when the parent is gone, too.
    System.exit(System.in.read());
  }
}
