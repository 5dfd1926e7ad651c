package dev.countersign.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/// A database of a test's own, on the one PostgreSQL of this JVM.
///
/// @param superuser who passes by row-level security: for migrations and for looking behind the
///   curtain, never for the code under test
public record TestDatabase(
    String host, int port, String name, String superuser, String superuserPassword) {

  private static final IdleConnections IDLE = new IdleConnections();

  /// Without user and password.
  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, name);
  }

  /// Pools its connections.
  public PGSimpleDataSource dataSource(String user, String password) {
    var login = new IdleConnections.Login(jdbcUrl(), user, password);
    var source =
        new PGSimpleDataSource() {
          @Override
          public Connection getConnection() throws SQLException {
            return IDLE.take(login);
          }
        };
    source.setURL(jdbcUrl());
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  public PGSimpleDataSource superuserDataSource() {
    return dataSource(superuser, superuserPassword);
  }

  /// Another database in the state that this one has now; nobody may use this one meanwhile.
  ///
  /// @param copy its name, in lower case letters, digits and _
  public TestDatabase copy(String copy) {
    IDLE.closeTo(jdbcUrl());
    try (var connection = called("postgres").superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE %s TEMPLATE %s".formatted(copy, name));
    } catch (SQLException failure) {
      throw new IllegalStateException(
          "cannot copy database `%s`; is somebody connected to it?".formatted(name), failure);
    }
    return called(copy);
  }

  private TestDatabase called(String other) {
    return new TestDatabase(host, port, other, superuser, superuserPassword);
  }

  @Override
  public String toString() {
    return "TestDatabase[%s as %s]".formatted(jdbcUrl(), superuser);
  }
}
