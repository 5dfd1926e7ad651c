package dev.countersign.kernel.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A statement of a transaction whose parameters are bound by name.
///
/// Values are texts, UUIDs, timestamps, numbers, truth values, bytes, or collections of the first
/// and second kind; nothing stands for an SQL null.
public abstract sealed class Bound<S extends Bound<S>> permits Query, Update {
  /// Stands where nothing was bound yet, which is not the same as a null.
  private enum Missing {
    VALUE
  }

  final TenantTransaction transaction;
  final NamedSql sql;
  private final @Nullable Object[] values;

  Bound(TenantTransaction transaction, String text) {
    this.transaction = transaction;
    this.sql = NamedSql.of(text);
    this.values = new Object[sql.numbers().size()];
    Arrays.fill(values, Missing.VALUE);
  }

  abstract S self();

  public S bind(String name, @Nullable Object value) {
    values[sql.number(name)] = value;
    return self();
  }

  public S bindMap(Map<String, ?> named) {
    named.forEach(this::bind);
    return self();
  }

  /// Binds an array of texts or of UUIDs.
  public <T> S bindArray(String name, Class<T> of, Collection<T> items) {
    return bind(name, new Items(of == UUID.class ? "uuid" : "varchar", List.copyOf(items)));
  }

  /// @param type of [java.sql.Types]
  public S bindNull(String name, int type) {
    return bind(name, new Nothing(type));
  }

  private record Items(String type, List<?> items) {}

  private record Nothing(int type) {}

  /// Sets the parameters from `first` on, and says which the next statement's first one is.
  int set(Connection connection, PreparedStatement statement, int first) throws SQLException {
    int at = first;
    for (int number : sql.places()) {
      set(connection, statement, at++, values[number]);
    }
    return at;
  }

  private void set(
      Connection connection, PreparedStatement statement, int at, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(at, Types.OTHER);
      case String text -> statement.setString(at, text);
      case UUID id -> statement.setObject(at, id);
      case Timestamp time -> statement.setTimestamp(at, time);
      case Integer number -> statement.setInt(at, number);
      case Long number -> statement.setLong(at, number);
      case Double number -> statement.setDouble(at, number);
      case Boolean truth -> statement.setBoolean(at, truth);
      case byte[] bytes -> statement.setBytes(at, bytes);
      case String[] texts -> statement.setArray(at, connection.createArrayOf("varchar", texts));
      case Integer[] numbers -> statement.setArray(at, connection.createArrayOf("int4", numbers));
      case Double[] numbers -> statement.setArray(at, connection.createArrayOf("float8", numbers));
      case Items(var type, var items) ->
          statement.setArray(at, connection.createArrayOf(type, items.toArray()));
      case Nothing(var type) -> statement.setNull(at, type);
      case Missing _ ->
          throw new IllegalArgumentException("a parameter is not bound in: " + sql.text());
      default ->
          throw new IllegalArgumentException(
              value.getClass() + " is no type of a parameter in: " + sql.text());
    }
  }
}
