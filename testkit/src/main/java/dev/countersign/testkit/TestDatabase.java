package dev.countersign.testkit;

import org.postgresql.ds.PGSimpleDataSource;

/// A database of a test's own, on the one PostgreSQL of this JVM.
///
/// @param superuser who passes by row-level security: for migrations and for looking behind the
///   curtain, never for the code under test
public record TestDatabase(
    String host, int port, String name, String superuser, String superuserPassword) {

  /// Without user and password.
  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, name);
  }

  /// Opens a new connection each time; no pool.
  public PGSimpleDataSource dataSource(String user, String password) {
    var source = new PGSimpleDataSource();
    source.setURL(jdbcUrl());
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  public PGSimpleDataSource superuserDataSource() {
    return dataSource(superuser, superuserPassword);
  }

  @Override
  public String toString() {
    return "TestDatabase[%s as %s]".formatted(jdbcUrl(), superuser);
  }
}
